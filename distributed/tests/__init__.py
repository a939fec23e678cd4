"""Tests of the PyTorch side, held against what TypeScript wrote (fixture.ts)."""
