"""Prints how near smalldiffusion's own models of the spiral come to the data: the column of docs/results.md.

    pip install torch==2.13.0 smalldiffusion==0.5 numpy && python oracle/points_quality.py [training steps]

Three training seeds (1, 2, 3), each sampled with three seeds (0, 1, 2), by the recipe of its README: some ten minutes.
"""

import math
import sys
from unittest import mock

sys.modules["torchvision"] = mock.MagicMock()

import numpy as np  # noqa: E402
import smalldiffusion as sd  # noqa: E402
import torch  # noqa: E402
from torch.utils.data import DataLoader  # noqa: E402

CELLS = [(gam, mu, steps) for gam, mu in ((2, 0), (1, 0), (1, 0.5)) for steps in (20, 64, 200)]


def sliced(x, y):
    """Sliced W1 of x against y, whose points are repeated as often as x is larger."""
    angles = math.pi * np.arange(256) / 256
    directions = np.stack([np.cos(angles), np.sin(angles)])
    repeated = np.repeat(y, len(x) // len(y), axis=0)
    return np.abs(np.sort(x @ directions, axis=0) - np.sort(repeated @ directions, axis=0)).mean()


def energy(x, y):
    def mean(a, b):
        return np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1)).mean()

    return 2 * mean(x, y) - mean(x, x) - mean(y, y)


def trained(seed, data, schedule, steps):
    torch.manual_seed(seed)
    model = sd.TimeInputMLP(dim=2, hidden_dims=(16, 128, 128, 128, 128, 16))
    for _ in sd.training_loop(DataLoader(data, batch_size=2048), model, schedule, epochs=steps):
        pass
    return model


def main():
    torch.set_num_threads(1)
    data = sd.Swissroll(math.pi / 2, 5 * math.pi, 100)
    schedule = sd.ScheduleLogLinear(N=200, sigma_min=0.005, sigma_max=10)
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 15_000
    models = [trained(seed, data, schedule, steps) for seed in (1, 2, 3)]
    for gam, mu, count in CELLS:
        found = []
        for model in models:
            for seed in (0, 1, 2):
                torch.manual_seed(seed)
                walk = list(sd.samples(model, schedule.sample_sigmas(count), gam=gam, mu=mu, batchsize=2000))
                last = walk[-1] if torch.isfinite(walk[-1]).all() else walk[-2]  # N steps with mu end in NaN
                found.append((sliced(last.numpy(), data.vals.numpy()), energy(last.numpy(), data.vals.numpy())))
        means = np.mean(found, axis=0)
        print(f"gam {gam} mu {mu} steps {count}: sliced W1 {means[0]:.4f}, energy {means[1]:.5f}", flush=True)


if __name__ == "__main__":
    main()
