"""Weights and inputs that follow from a tensor's name and shape alone, for oracle/components.py: goldens without files."""

import math
import warnings

import diffusers
import numpy as np
import torch
import transformers

warnings.filterwarnings("ignore")
transformers.logging.set_verbosity_error()
diffusers.logging.set_verbosity_error()


def counter(name, shape):
    """Numbers in [-1, 1): the murmur3 finaliser of the place, offset by the FNV-1a hash of the name."""
    start = 2166136261
    for byte in name.encode():
        start = ((start ^ byte) * 16777619) & 0xFFFFFFFF
    with np.errstate(over="ignore"):
        x = np.arange(math.prod(shape), dtype=np.uint32) * np.uint32(0x9E3779B1) + np.uint32(start)
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x85EBCA6B)
        x ^= x >> np.uint32(13)
        x *= np.uint32(0xC2B2AE35)
        x ^= x >> np.uint32(16)
    return ((x >> np.uint32(8)).astype(np.float64) / 2**23 - 1).reshape(shape)


def weight(name, shape):
    """Around 1 for norms' scales, small for other vectors, of unit gain for matrices and kernels."""
    u = counter(name, shape)
    if len(shape) > 1:
        value = u * math.sqrt(3 / math.prod(shape[1:]))
    elif name.endswith("weight"):
        value = 1 + 0.25 * u
    else:
        value = 0.25 * u
    return torch.from_numpy(np.asarray(value.astype(np.float32).astype(np.float64)))


def stored(x):
    return {"shape": list(x.shape), "data": [float(f"{v:.8g}") for v in x.detach().double().flatten().tolist()]}


def noise(name, shape):
    return torch.from_numpy(counter(name, shape).astype(np.float32).astype(np.float64)) * 2


def filled(model):
    """The model in float64 with counter weights, and the names and shapes of its tensors."""
    model = model.double().eval()
    state = model.state_dict()
    for name, value in state.items():
        if value.dtype.is_floating_point:
            state[name] = weight(name, tuple(value.shape))
    model.load_state_dict(state)
    tensors = {name: list(value.shape) for name, value in state.items() if value.dtype.is_floating_point}
    return model, tensors


def renamed(case, rule):
    """The same tensors under the names of older files; their values still follow from the present names."""
    case["stored_as"] = {name: rule(name) for name in case["tensors"] if rule(name) != name}
    return case


def older(name):
    """The name of an attention layer's tensor in older files."""
    for new, old in [("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")]:
        name = name.replace(f".{new}.", f".{old}.") if "attentions." in name else name
    return name
