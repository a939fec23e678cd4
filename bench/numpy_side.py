"""The loop that one would write in numpy: microseconds of a DDIM step of a 4x64x64 latent, the least of 300 runs."""

import time

import numpy as np

STEPS = 50
kept = np.linspace(0.02, 0.999, STEPS + 1).astype(np.float32)
start = np.sin(0.7 * np.arange(4 * 64 * 64)).astype(np.float32).reshape(1, 4, 64, 64)
noise = np.sin(1.3 * np.arange(4 * 64 * 64)).astype(np.float32).reshape(1, 4, 64, 64)
best = float("inf")
for _ in range(300):
    x = start
    before = time.perf_counter()
    for here, there in zip(kept, kept[1:]):
        denoised = (x - np.sqrt(1 - here) * noise) / np.sqrt(here)
        x = np.sqrt(there) * denoised + np.sqrt(1 - there) * noise
    best = min(best, (time.perf_counter() - before) / STEPS)
print(best * 1e6)
