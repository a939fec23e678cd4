"""Writes test/golden/points.json: the toy data, networks and trajectories of smalldiffusion.

    pip install torch==2.13.0 smalldiffusion==0.5 numpy && python oracle/points.py

torchvision and accelerate aren't needed for what is used here and are put aside, so that
pip install --no-deps smalldiffusion einops tqdm is enough.
"""

import json
import math
import pathlib
import sys
from unittest import mock

for name in ("torchvision", "accelerate"):
    sys.modules[name] = mock.MagicMock()

import smalldiffusion as sd  # noqa: E402
import torch  # noqa: E402

HIDDEN = (8, 16, 8)
SCHEDULE = {"N": 200, "sigma_min": 0.005, "sigma_max": 10}


def numbers(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().flatten().tolist()]


def weights(net):
    return {name: {"shape": list(value.shape), "data": numbers(value)} for name, value in net.state_dict().items()}


def walks(net, points, cond=None):
    """Every step of each sampler from the same start, with the noise of torch.manual_seed(5)."""
    found = []
    for steps, gam, mu, scale in ((5, 2, 0, 0), (4, 1, 0, 0), (6, 1, 0.5, 0), (5, 1.5, 0.25, 2)):
        if scale > 0 and cond is None:
            continue
        torch.manual_seed(5)
        sigmas = sd.ScheduleLogLinear(**SCHEDULE).sample_sigmas(steps)
        start = torch.randn(points, 2) * sigmas[0]
        accelerator = mock.MagicMock(device="cpu")
        walk = sd.samples(net, sigmas, gam=gam, mu=mu, cfg_scale=scale, xt=start, cond=cond, accelerator=accelerator)
        found.append({
            "steps": steps, "gamma": gam, "mu": mu, "guidance": 1 + scale, "sigmas": numbers(sigmas),
            "start": numbers(start), "after": [numbers(x) for x in walk],
        })
    return found


def predictions(net, cond=None):
    """The noise that a network says at a few points, for one level and for one each."""
    x = torch.tensor([[0.3, -1.2], [0.01, 0.4], [7.0, -3.0], [-0.6, -0.6]])
    levels = torch.tensor([[0.005], [0.2], [9.0], [1.5]])
    said = []
    for sigma in (torch.tensor(0.05), torch.tensor(3.0)):
        said.append({"sigma": [float(sigma)] * 4, "noise": numbers(net.predict_eps(x, sigma, cond=cond))})
    if net.__class__.__name__ in ("TimeInputMLP", "ConditionalMLP"):
        said.append({"sigma": numbers(levels), "noise": numbers(net.predict_eps(x, levels, cond=cond))})
    return {"x": numbers(x), "said": said}


def training(steps=3, points=20):
    """A few steps of its training_loop's own kind, with what it drew and the weights after."""
    net = sd.TimeInputMLP(dim=2, hidden_dims=HIDDEN)
    first = weights(net)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3)
    data = sd.Swissroll(math.pi / 2, 5 * math.pi, points).vals
    schedule = sd.ScheduleLogLinear(**SCHEDULE)
    drawn = []
    for _ in range(steps):
        optimizer.zero_grad()
        x0, sigma, eps, _ = sd.generate_train_sample(data, schedule)
        loss = net.get_loss(x0, sigma, eps)
        loss.backward()
        optimizer.step()
        drawn.append({"x": numbers(x0 + sigma * eps), "sigma": numbers(sigma), "noise": numbers(eps), "loss": float(loss.detach())})
    return {"points": points, "first": first, "steps": drawn, "last": weights(net)}


def main():
    torch.manual_seed(3)
    cases = []
    kinds = {"epsilon": sd.TimeInputMLP, "sample": sd.PredX0(sd.TimeInputMLP), "v_prediction": sd.PredV(sd.TimeInputMLP)}
    for prediction, kind in kinds.items():
        net = kind(dim=2, hidden_dims=HIDDEN)
        config = {"_class_name": "TimeInputMLP", "dim": 2, "hidden_dims": HIDDEN, "prediction": prediction,
                  "schedule": {"_class_name": "ScheduleLogLinear", **SCHEDULE}}
        net.eval()
        with torch.no_grad():
            cases.append({"config": config, "weights": weights(net), "predictions": predictions(net), "walks": walks(net, 20)})
    net = sd.ConditionalMLP(dim=2, hidden_dims=HIDDEN, cond_dim=4, num_classes=3)
    net.eval()
    config = {"_class_name": "ConditionalMLP", "dim": 2, "hidden_dims": HIDDEN, "prediction": "epsilon", "cond_dim": 4,
              "num_classes": 3, "schedule": {"_class_name": "ScheduleLogLinear", **SCHEDULE}}
    cond = torch.arange(20) % 3
    with torch.no_grad():
        cases.append({"config": config, "weights": weights(net), "classes": cond.tolist(),
                      "predictions": predictions(net, torch.tensor([0, 1, 2, 3])), "walks": walks(net, 20, cond)})
    tree = sorted({tuple(numbers(point)) for point, _ in sd.TreeDataset(3, 3, 50)})
    golden = {
        "versions": {"torch": torch.__version__, "smalldiffusion": "0.5"},
        "swissroll": numbers(sd.Swissroll(math.pi / 2, 5 * math.pi, 100).vals),
        "tree": [list(point) for point in tree],
        "cases": cases,
        "training": training(),
    }
    out = pathlib.Path(__file__).parent.parent / "test" / "golden" / "points.json"
    out.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
