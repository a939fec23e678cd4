"""What PyTorch's CPU generator draws: golden values for src/random/torch-generator.ts.

    python oracle/torch_random.py        (with torch 2.13) writes test/golden/torch-random.json

Each sequence is a seed, a dtype and calls of one generator in a row; results are float32, in full.
"""

import hashlib
import json
import platform
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).resolve().parent.parent
LONG = 200  # longer results keep their first and last 20 numbers, and a checksum


def draw(generator, dtype, call):
    name, *arguments = call
    if name == "randn":
        return torch.randn(arguments[0], generator=generator, dtype=dtype)
    if name == "rand":
        return torch.rand(arguments[0], generator=generator, dtype=dtype)
    if name == "randint":
        low, high, size = arguments
        return torch.randint(low, high, (size,), generator=generator)
    return torch.randperm(arguments[0], generator=generator)


def stored(result):
    values = result.to(torch.float32).numpy()
    if len(values) <= LONG:
        return {"values": values.tolist()}
    ends = np.concatenate([values[:20], values[-20:]])
    return {"ends": ends.tolist(), "sha256": hashlib.sha256(values.astype("<f4").tobytes()).hexdigest()}


def sequence(seed, dtype, *calls):
    generator = torch.Generator("cpu").manual_seed(seed)
    results = [stored(draw(generator, getattr(torch, dtype), call)) for call in calls]
    return {"seed": seed, "dtype": dtype, "calls": calls, "results": results}


def main():
    sizes = [1, 2, 3, 4, 7, 8, 15, 16, 17, 20, 31, 32, 33, 48, 100]
    seeds = [0, 1, 7, 42, 2**31, 2**32 - 1, 2**32 + 5, 2**53 - 1]
    sequences = [sequence(0, dtype, ("randn", n)) for dtype in ("float32", "float64") for n in sizes]
    for dtype in ("float32", "float64"):
        sequences += [sequence(seed, dtype, ("randn", 5), ("rand", 5), ("randn", 32)) for seed in seeds]
        # a kept number passes over draws of 16 and more, uniforms, integers and permutations
        sequences.append(sequence(3, dtype, ("randn", 3), ("randn", 16), ("rand", 3), ("randn", 1), ("randn", 1)))
        mixed = [("randn", 1), ("randn", 33), ("randint", 0, 10, 5), ("randperm", 7), ("randn", 15)]
        sequences.append(sequence(3, dtype, *mixed))
        sequences.append(sequence(3, dtype, ("randn", 16), ("randn", 4), ("randn", 20), ("randn", 12), ("randn", 11)))
        sequences.append(sequence(9, dtype, ("rand", 100_003), ("randn", 16_384), ("randn", 100_001)))
    integers = [("randint", 0, 1000, 50), ("randint", -7, 3, 50), ("randint", 0, 2**24, 50)]
    sequences.append(sequence(5, "float32", *integers))
    sequences.append(sequence(6, "float32", ("randperm", 0), ("randperm", 1), ("randperm", 2), ("randperm", 100)))
    sequences.append(sequence(6, "float32", ("randperm", 50_000), ("rand", 4)))
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "kernels": torch.backends.cpu.get_cpu_capability(),
    }
    path = ROOT / "test/golden/torch-random.json"
    header = json.dumps({"made_by": "oracle/torch_random.py", "versions": versions})[:-1]
    lines = ",\n".join(json.dumps(sequence, separators=(",", ":")) for sequence in sequences)
    path.write_text(f'{header}, "sequences": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
