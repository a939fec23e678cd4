"""smalldiffusion's side of the spiral's training: a line with a number of steps in, one line of JSON out.

torchvision (which only its data sets of pictures need) may be missing. Threads: argument 1, else PyTorch's default.
"""

import json
import math
import sys
import time
from unittest import mock

for name in ("torchvision", "accelerate"):
    try:
        __import__(name)
    except Exception:
        sys.modules[name] = mock.MagicMock()

import smalldiffusion as sd  # noqa: E402
import torch  # noqa: E402
from torch.utils.data import DataLoader  # noqa: E402


class Plain:
    """What its loop asks of accelerate on a CPU, where that package is missing: nothing."""

    device = torch.device("cpu")

    def prepare(self, *parts):
        return parts

    def backward(self, loss):
        loss.backward()


def main():
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else torch.get_num_threads())
    torch.manual_seed(0)
    model = sd.TimeInputMLP(dim=2, hidden_dims=(16, 128, 128, 128, 128, 16))
    loader = DataLoader(sd.Swissroll(math.pi / 2, 5 * math.pi, 100), batch_size=2048)
    schedule = sd.ScheduleLogLinear(N=200, sigma_min=0.005, sigma_max=10)
    plain = isinstance(sys.modules["accelerate"], mock.MagicMock)
    steps = sd.training_loop(loader, model, schedule, epochs=10**9, accelerator=Plain() if plain else None)
    next(steps)
    for line in sys.stdin:
        began = time.perf_counter()
        for _ in range(int(line)):
            state = next(steps)
        ms = (time.perf_counter() - began) * 1000 / int(line)
        print(json.dumps({"ms": [ms], "loss": float(state.loss), "accelerate": not plain}), flush=True)


if __name__ == "__main__":
    main()
