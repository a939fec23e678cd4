"""Driftfield's graphs in PyTorch: training and sampling on GPUs, over several processes and machines."""
