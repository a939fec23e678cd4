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

import diffusers
import numpy as np
import torch

from schedulers import COSINE, LINEAR, SCALED, SHAPE, SIZE, Noise, model, numbers, run, write


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


def unclip(steps, **config):
    """Its steps are told where they lead; with a learned variance the model says 0.8 cos(x) of it."""
    scheduler = diffusers.UnCLIPScheduler(**config)
    scheduler.set_timesteps(steps)
    noise = Noise()
    sys.modules[diffusers.UnCLIPScheduler.__module__].randn_tensor = lambda *_, **__: noise(SHAPE)
    learned = config.get("variance_type") == "learned_range"
    x = torch.tensor(1.2 * np.sin(0.7 + 1.9 * np.arange(SIZE)), dtype=torch.float32).reshape(SHAPE)
    after, draws = [], []
    for t, before in zip(scheduler.timesteps, [*scheduler.timesteps[1:], None]):
        said = model(x, t)
        if learned:
            said = torch.cat([said, 0.8 * torch.cos(x)], dim=1)
        x = scheduler.step(said, t, x, prev_timestep=before).prev_sample
        after.append(numbers(x.flatten()))
        draws.append(noise.draws)
    case = {
        "class": "UnCLIPScheduler",
        "config": config,
        "steps": steps,
        "plan": {},
        "options": {},
        "timesteps": numbers(scheduler.timesteps),
        "initNoiseSigma": 1.0,
        "after": after,
        "draws": draws,
    }
    return {**case, "learned": True} if learned else case


def cases():
    predictions = ("epsilon", "sample", "v_prediction")
    minimum = {"final_sigmas_type": "sigma_min"}
    single = "DPMSolverSinglestepScheduler"
    for prediction in predictions:
        both = {**SCALED, "prediction_type": prediction}
        for order in (1, 2, 3):
            yield run(single, {**both, "solver_order": order}, 7)
            yield run(single, {**both, **minimum, "solver_order": order}, 6)
        yield run("LCMScheduler", both, 4)
        yield run("LCMScheduler", {**both, "clip_sample": True, "timestep_scaling": 2.0}, 7)
        for eta in (0.0, 0.3, 1.0):
            yield run("TCDScheduler", both, 5, step_options={"eta": eta})
        if prediction != "sample":
            for spacing in ("leading", "trailing"):
                spaced = {**both, "timestep_spacing": spacing}
                yield run("DDIMInverseScheduler", spaced, 8)
                yield run("DDIMInverseScheduler", {**spaced, "clip_sample": False, "set_alpha_to_one": False}, 7)
    for algorithm in ("dpmsolver++", "dpmsolver", "sde-dpmsolver++"):
        for solver in ("midpoint", "heun"):
            for order in (1, 2, 3):
                for steps in (6, 7):
                    yield run(single, {**SCALED, **minimum, "algorithm_type": algorithm, "solver_type": solver,
                                       "solver_order": order, "lower_order_final": steps == 6}, steps)
    yield run(single, {**SCALED, "algorithm_type": "sde-dpmsolver++"}, 6)
    for placement in ("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"):
        yield run(single, {**SCALED, placement: True}, 6)
    yield run(single, {**COSINE, "lambda_min_clipped": -5.1}, 6)
    yield run(single, {**SCALED, "thresholding": True, "sample_max_value": 1.5}, 6)
    yield run(single, {**SCALED, "use_flow_sigmas": True, "flow_shift": 3.0, "prediction_type": "flow_prediction"}, 6)
    yield run(single, SCALED, 8, strength=0.4)
    yield run("LCMScheduler", {**SCALED, "original_inference_steps": 25, "thresholding": True}, 5)
    yield run("LCMScheduler", SCALED, None, {"timesteps": [999, 759, 499, 259]})
    yield run("LCMScheduler", SCALED, 1)
    yield run("TCDScheduler", SCALED, None, {"timesteps": [999, 759, 499, 259]})
    yield run("TCDScheduler", SCALED, 1, step_options={"eta": 0.3})
    for variance in ("fixed_small_log", "learned_range"):
        yield unclip(6, variance_type=variance)
        yield unclip(7, variance_type=variance, prediction_type="sample", clip_sample_range=0.4)
    yield run("DPMSolverMultistepInverseScheduler", SCALED, 7)
    for spacing in ("leading", "trailing"):
        yield run("DPMSolverMultistepInverseScheduler", {**SCALED, "timestep_spacing": spacing, "steps_offset": 1}, 8)
    yield run("DPMSolverMultistepInverseScheduler", {**SCALED, "use_karras_sigmas": True}, 8)
    for placed in ("use_exponential_sigmas", "use_beta_sigmas"):
        yield run("DPMSolverMultistepInverseScheduler", {**SCALED, placed: True}, 9)
    # A whole timestep that float32 decides: 98, not 99.
    cut = {**SCALED, "num_train_timesteps": 100, "beta_start": 0.0001, "beta_end": 0.02, "use_exponential_sigmas": True}
    yield run("DPMSolverMultistepScheduler", cut, 6)
    velocity = {**COSINE, "prediction_type": "v_prediction", "use_beta_sigmas": True}  # several at one whole timestep
    yield run("DPMSolverMultistepInverseScheduler", velocity, 7)
    yield run("DPMSolverMultistepInverseScheduler", {**COSINE, "lambda_min_clipped": -5.1, "solver_order": 3}, 16)
    for prediction in ("epsilon", "v_prediction"):
        for schedule in ("karras", "exponential"):
            for final in ("zero", "sigma_min"):
                both = {"prediction_type": prediction, "sigma_schedule": schedule, "final_sigmas_type": final}
                yield run("EDMEulerScheduler", both, 6)
                yield run("EDMDPMSolverMultistepScheduler", both, 6)
    yield run("EDMEulerScheduler", {"sigma_max": 20.0, "sigma_data": 1.0, "rho": 5.0}, 6)
    churn = {"s_churn": 2.0, "s_tmin": 0.05, "s_tmax": 50.0, "s_noise": 1.003}
    yield run("EDMEulerScheduler", {}, 8, step_options=churn)
    yield run("EDMDPMSolverMultistepScheduler", {"solver_order": 3, "algorithm_type": "dpmsolver++"}, 16)
    yield run("EDMDPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++", "solver_type": "heun"}, 6)
    for steps in (1, 3):
        yield run("CMStochasticIterativeScheduler", {}, steps)
        yield run("CMStochasticIterativeScheduler", {"clip_denoised": False, "s_noise": 0.8}, steps)
    yield run("CMStochasticIterativeScheduler", {"num_train_timesteps": 201}, None, {"timesteps": [106, 0]})
    yield run("DDPMParallelScheduler", LINEAR, 6)
    yield run("DDIMParallelScheduler", LINEAR, 6)
    yield from accelerated_cases()


def accelerated_cases():
    for options in ({}, {"gamma": 1}, {"gamma": 1, "mu": 0.5}, {"gamma": 1.5, "mu": 0.01}):
        yield accelerated(7, options, N=200, sigma_min=0.005, sigma_max=10)
        yield accelerated(20, options, N=64, sigma_min=0.01, sigma_max=1)


if __name__ == "__main__":
    golden = pathlib.Path(__file__).resolve().parent.parent / "test" / "golden"
    write(golden / "schedulers-more.json", {"cases": list(cases())})
