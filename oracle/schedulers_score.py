"""Writes test/golden/schedulers-score.json: score SDE (VE, VP) and the Cosine DPM-Solver of Stable Audio, step by step.

    pip install torch==2.13.0 diffusers==0.42.1 torchsde==0.2.6 && python oracle/schedulers_score.py

The toy model and the noise are those of schedulers.py; the loops are those of the reference's pipelines.
"""

import pathlib
import sys

import diffusers
import numpy as np
import torch
from diffusers.schedulers.deprecated.scheduling_sde_vp import ScoreSdeVpScheduler

from schedulers import SHAPE, SIZE, Noise, model, numbers, write


class Walk:
    """A run on the oracle's start and noise, written down as it goes."""

    def __init__(self, scheduler, config, steps, first):
        self.noise = Noise()
        module = sys.modules[type(scheduler).__module__]
        if hasattr(module, "randn_tensor"):
            module.randn_tensor = self.noise
        start = torch.tensor(1.2 * np.sin(0.7 + 1.9 * np.arange(SIZE)), dtype=torch.float32)
        self.x = start.reshape(SHAPE) * first
        self.told, self.after, self.draws = [], [], []
        self.head = {"class": type(scheduler).__name__, "config": config, "steps": steps, "plan": {}, "options": {},
                     "initNoiseSigma": float(f"{float(first):.8g}")}

    def step(self, told, x):
        self.x = x
        self.told.append(told)
        self.after.append(numbers(x.flatten()))
        self.draws.append(self.noise.draws)

    def case(self, **more):
        case = {**self.head, "timesteps": numbers(self.told), "after": self.after, **more}
        return {**case, "draws": self.draws} if self.noise.draws else case


def exploding(steps, **config):
    """Every level: `correct_steps` looks of the corrector, then one of the predictor."""
    scheduler = diffusers.ScoreSdeVeScheduler(**config)
    scheduler.set_timesteps(steps)
    scheduler.set_sigmas(steps)
    walk = Walk(scheduler, config, steps, scheduler.init_noise_sigma)
    for sigma, t in zip(scheduler.sigmas, scheduler.timesteps):
        for _ in range(scheduler.config.correct_steps):
            walk.step(sigma, scheduler.step_correct(model(walk.x, sigma), walk.x).prev_sample)
        walk.step(sigma, scheduler.step_pred(model(walk.x, sigma), t, walk.x).prev_sample)
    return walk.case()


def preserving(steps, **config):
    scheduler = ScoreSdeVpScheduler(**config)
    scheduler.set_timesteps(steps)
    walk = Walk(scheduler, config, steps, 1.0)
    for t in scheduler.timesteps:
        walk.step(t, scheduler.step_pred(model(walk.x, t), walk.x, t)[0])
    return walk.case()


def cosine(steps, seed, **config):
    """Its noise is a Brownian path, seeded as the generator was."""
    scheduler = diffusers.CosineDPMSolverMultistepScheduler(**config)
    scheduler.set_timesteps(steps)
    walk = Walk(scheduler, config, steps, scheduler.init_noise_sigma)
    generator = torch.Generator().manual_seed(seed)
    for t in scheduler.timesteps:
        said = model(scheduler.scale_model_input(walk.x, t), t)
        walk.step(t, scheduler.step(said, t, walk.x, generator=generator).prev_sample)
    return walk.case(sigmas=numbers(scheduler.sigmas), seed=seed)


def cases():
    yield exploding(5)
    yield exploding(8, correct_steps=2, sigma_max=50.0, snr=0.1)
    yield exploding(6, correct_steps=0, sigma_min=0.02, sigma_max=90.0)
    yield preserving(6)
    yield preserving(9, beta_min=0.2, beta_max=12.0, sampling_eps=1e-2)
    for order in (1, 2):
        for solver in ("midpoint", "heun"):
            yield cosine(6, 3 + order, solver_order=order, solver_type=solver)
    yield cosine(16, 9)
    yield cosine(7, 10, sigma_schedule="karras", prediction_type="epsilon")
    yield cosine(5, 11, sigma_min=0.05, sigma_max=80.0, sigma_data=0.5)


if __name__ == "__main__":
    golden = pathlib.Path(__file__).resolve().parent.parent / "test" / "golden"
    write(golden / "schedulers-score.json", {"cases": list(cases())})
