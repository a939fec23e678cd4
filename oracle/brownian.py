"""Writes test/golden/brownian.json: torchsde's Brownian intervals, as diffusers' DPM-Solver SDE queries them.

    pip install torch==2.13.0 torchsde==0.2.6 numpy==2.4.6 && python oracle/brownian.py
"""

import json
import pathlib
import warnings

import numpy as np
import torch
import torchsde

warnings.filterwarnings("ignore")


def seeds():
    for entropy, key, count, pool in [([0], [], 3, 24), ([7], [5, 3], 4, 24), ([2**40 + 5], [0, 0], 4, 24),
                                      ([7, 9], [2**20, 21], 4, 24), ([123], [], 6, 4), ([1, 2, 3, 4, 5, 6], [9], 3, 4)]:
        whole = entropy if len(entropy) > 1 else entropy[0]
        sequence = np.random.SeedSequence(entropy=whole, spawn_key=tuple(key), pool_size=pool)
        words = [int(v) for v in sequence.generate_state(count)]
        yield {"entropy": entropy, "key": key, "count": count, "poolSize": pool, "seeds": words}


def increments():
    for entropy, shape, start, end in [(0, [4], 0.0291671, 14.6146), (5, [2, 3, 4], 0.0078125, 157.4), (11, [17], 0.3, 500)]:
        tree = torchsde.BrownianInterval(t0=start, t1=end, size=tuple(shape), dtype=torch.float32, device="cpu",
                                         entropy=entropy, tol=1e-6, pool_size=24, halfway_tree=True)
        asked = [(start, end), (1.2345678, 5.4321), (start, 1.2345678), (5.4321, end), (2.0, 2.0000011), (0, end + 1), (3, 3)]
        for a, b in asked:
            yield {"entropy": [entropy], "shape": shape, "start": start, "end": end, "from": a, "to": b,
                   "increment": [float(f"{v:.8g}") for v in tree(a, b).flatten().tolist()]}


if __name__ == "__main__":
    path = pathlib.Path(__file__).resolve().parent.parent / "test" / "golden" / "brownian.json"
    versions = {"torch": torch.__version__, "torchsde": torchsde.__version__, "numpy": np.__version__}
    rows = {"versions": versions, "seeds": list(seeds()), "increments": list(increments())}
    path.write_text(json.dumps(rows) + "\n")
