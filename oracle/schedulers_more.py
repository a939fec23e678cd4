"""Writes test/golden/schedulers-more.json: the schedulers beyond the basic and the multistep ones, step by step.

    pip install torch==2.13.0 diffusers==0.42.1 smalldiffusion==0.5 scipy && python oracle/schedulers_more.py

The toy model and the noise are those of schedulers.py. Of smalldiffusion only the module with its
samplers is used, so that torchvision and accelerate may be missing (pip install --no-deps).
"""

import importlib.util
import pathlib
import sys
import types
from unittest import mock

import numpy as np
import torch

from schedulers import SHAPE, SIZE, Noise, model, numbers, write


def smalldiffusion():
    """Its module of schedules and samplers alone."""
    sys.modules.setdefault("accelerate", mock.MagicMock())
    folder = importlib.util.find_spec("smalldiffusion").submodule_search_locations[0]
    spec = importlib.util.spec_from_file_location("smalldiffusion_sampling", pathlib.Path(folder) / "diffusion.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def accelerated(steps, options, **schedule):
    diffusion = smalldiffusion()
    sigmas = diffusion.ScheduleLogLinear(**schedule).sample_sigmas(steps)
    noise = Noise()
    field = types.SimpleNamespace(
        eval=lambda: None,
        predict_eps_cfg=lambda x, sigma, cond, scale: model(x, sigma),
        rand_input=lambda count: noise(SHAPE),
    )
    start = torch.tensor(1.2 * np.sin(0.7 + 1.9 * np.arange(SIZE)), dtype=torch.float32).reshape(SHAPE)
    gam, mu = options.get("gamma", 2), options.get("mu", 0)
    walk = diffusion.samples(field, sigmas, gam=gam, mu=mu, batchsize=2, xt=start * sigmas[0])
    config = {"num_train_timesteps": schedule["N"], **{k: v for k, v in schedule.items() if k != "N"}}
    case = {
        "class": "ScheduleLogLinear",
        "config": config,
        "steps": steps,
        "plan": {},
        "options": options,
        "timesteps": numbers(sigmas[:-1]),
        "sigmas": numbers(sigmas),
        "initNoiseSigma": float(f"{float(sigmas[0]):.8g}"),
        "after": [numbers(x.flatten()) for x in walk],
    }
    if mu > 0:  # without it the reference draws noise all the same, and multiplies it by 0
        case["draws"] = list(range(1, steps + 1))
    return case


def cases():
    for options in ({}, {"gamma": 1}, {"gamma": 1, "mu": 0.5}, {"gamma": 1.5, "mu": 0.01}):
        yield accelerated(7, options, N=200, sigma_min=0.005, sigma_max=10)
        yield accelerated(20, options, N=64, sigma_min=0.01, sigma_max=1)


if __name__ == "__main__":
    golden = pathlib.Path(__file__).resolve().parent.parent / "test" / "golden"
    write(golden / "schedulers-more.json", {"cases": list(cases())})
