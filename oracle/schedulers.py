"""Writes test/golden/schedulers-*.json: what diffusers' schedulers do, step by step, on a toy model.

    pip install torch==2.13.0 diffusers==0.42.1 scipy && python oracle/schedulers.py

The toy model and the noise are closed forms of the element and draw number, so that a test in any language can make
them again: p = 0.5 tanh(1.3 x) + 0.2 cos(t / 100); z_k[i] = 1.5 sin(12.9898 (i + 1) + 78.233 (k + 1)).
"""

import json
import pathlib
import sys
import warnings

import diffusers
import numpy as np
import torch

warnings.filterwarnings("ignore")
diffusers.logging.set_verbosity_error()
SHAPE = (2, 1, 2, 2)
SIZE = 8
DTYPE = torch.float32  # of the sample and the noise
LINEAR = dict(num_train_timesteps=1000, beta_start=0.0001, beta_end=0.02, beta_schedule="linear")
SCALED = dict(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
COSINE = dict(num_train_timesteps=1000, beta_schedule="squaredcos_cap_v2")


def model(x, t):
    return 0.5 * torch.tanh(1.3 * x) + 0.2 * torch.cos(torch.as_tensor(t, dtype=torch.float64) / 100).to(x.dtype)


class Noise:
    """Stands for randn_tensor: draw k is z_k."""

    def __init__(self):
        self.draws = 0

    def __call__(self, shape, **_):
        i = np.arange(SIZE)
        z = 1.5 * np.sin(12.9898 * (i + 1) + 78.233 * (self.draws + 1))
        self.draws += 1
        return torch.tensor(z, dtype=DTYPE).reshape(tuple(shape))


def numbers(values):
    return [float(np.float64(f"{float(v):.8g}")) for v in values]


def widen(scheduler):
    """The scheduler's tables and sums in DTYPE: in float64, what is left is what rounding doesn't explain."""
    for key in ("sigmas", "alphas_cumprod", "betas", "alphas", "final_alpha_cumprod"):
        if isinstance(getattr(scheduler, key, None), torch.Tensor):
            setattr(scheduler, key, getattr(scheduler, key).to(DTYPE))


def run(name, config, steps, plan=None, step_options=None, strength=None):
    cls = getattr(diffusers, name)
    scheduler = cls(**config)
    lists = {key: np.array(value) if isinstance(value, list) else value for key, value in (plan or {}).items()}
    if name.startswith(("DDPM", "Euler", "Heun", "DPMSolverM")):
        lists = plan or {}
    scheduler.set_timesteps(**({"num_inference_steps": steps} if steps else {}), **lists)
    if DTYPE is torch.float64:
        widen(scheduler)
    noise = Noise()
    module = sys.modules[cls.__module__]
    if hasattr(module, "randn_tensor"):
        module.randn_tensor = noise
    # in units of the noise level, so that x stays of order one for the model
    start = 1.2 * np.sin(0.7 + 1.9 * np.arange(SIZE))
    x = torch.tensor(start, dtype=DTYPE).reshape(SHAPE)
    first = float(getattr(scheduler, "init_noise_sigma", 1.0))
    x = x * first
    timesteps = scheduler.timesteps
    if strength is not None:
        kept = min(int(steps * strength), steps)
        skip = (steps - kept) * scheduler.order
        timesteps = timesteps[skip:]
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(skip)
    after, draws = [], []
    for t in timesteps:
        seen = scheduler.scale_model_input(x, t) if hasattr(scheduler, "scale_model_input") else x
        x = scheduler.step(model(seen, t), t, x, **(step_options or {})).prev_sample
        after.append(numbers(x.flatten()))
        draws.append(noise.draws)
    case = {
        "class": name,
        "config": config,
        "steps": steps,
        "plan": plan or {},
        "options": step_options or {},
        "timesteps": numbers(timesteps),
        "initNoiseSigma": float(f"{first:.8g}"),
        "after": after,
    }
    if strength is not None:
        case["strength"] = strength
    if getattr(scheduler, "sigmas", None) is not None:
        case["sigmas"] = numbers(scheduler.sigmas)
    if noise.draws:
        case["draws"] = draws
    return case


def cases():
    predictions = ("epsilon", "sample", "v_prediction")
    spacings = ("leading", "trailing", "linspace")
    for prediction in predictions:
        for spacing in spacings:
            both = dict(prediction_type=prediction, timestep_spacing=spacing)
            yield run("DDPMScheduler", {**LINEAR, **both}, 6)
            yield run("DDPMScheduler", {**SCALED, **both, "clip_sample": False, "steps_offset": 1}, 7)
            yield run("DDIMScheduler", {**LINEAR, **both}, 6)
            yield run("DDIMScheduler", {**SCALED, **both, "clip_sample": False, "set_alpha_to_one": False,
                                        "steps_offset": 1}, 7, step_options={"eta": 0.7})
            yield run("EulerDiscreteScheduler", {**SCALED, **both, "steps_offset": 1}, 7)
            yield run("HeunDiscreteScheduler", {**SCALED, **both}, 5)
            yield run("DPMSolverMultistepScheduler", {**SCALED, **both, "steps_offset": 1}, 7)
            yield run("DPMSolverMultistepScheduler", {**LINEAR, **both, "solver_order": 3}, 16)
    yield run("DDPMScheduler", {**COSINE, "variance_type": "fixed_large", "clip_sample": False}, 9)
    yield run("DDPMScheduler", {**LINEAR, "variance_type": "fixed_small_log"}, 5)
    yield run("DDPMScheduler", {**LINEAR, "beta_schedule": "sigmoid"}, 5)
    yield run("DDPMScheduler", {**LINEAR, "beta_schedule": "laplace"}, 5)
    yield run("DDPMScheduler", {**LINEAR, "clip_sample": False}, None, {"timesteps": [900, 555, 120, 3]})
    yield run("DDPMScheduler", {**LINEAR, "num_train_timesteps": 40, "clip_sample": False}, 40)
    yield run("DDPMScheduler", {**LINEAR, "thresholding": True, "dynamic_thresholding_ratio": 0.7,
                                "sample_max_value": 1.5}, 5)
    yield run("DDIMScheduler", {**LINEAR, "clip_sample": False}, 6, step_options={"eta": 1.0})
    yield run("DDIMScheduler", {**LINEAR, "rescale_betas_zero_snr": True, "timestep_spacing": "trailing",
                                "prediction_type": "v_prediction", "clip_sample": False}, 6, step_options={"eta": 0.3})
    yield run("DDIMScheduler", {"num_train_timesteps": 20, "trained_betas": [0.01 * (i + 1) for i in range(20)]}, 5)
    yield run("DDIMScheduler", {**SCALED, "clip_sample_range": 0.5}, 10, strength=0.55)
    for placement in ("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"):
        for prediction in ("epsilon", "v_prediction"):
            both = {placement: True, "prediction_type": prediction}
            yield run("EulerDiscreteScheduler", {**SCALED, **both}, 7)
            yield run("HeunDiscreteScheduler", {**SCALED, **both}, 5)
            yield run("DPMSolverMultistepScheduler", {**SCALED, **both}, 7)
    yield run("EulerDiscreteScheduler", {**SCALED, "use_karras_sigmas": True, "sigma_min": 0.1, "sigma_max": 9.0}, 6)
    yield run("EulerDiscreteScheduler", {**SCALED, "final_sigmas_type": "sigma_min"}, 6)
    yield run("EulerDiscreteScheduler", {**SCALED, "interpolation_type": "log_linear"}, 6)
    yield run("EulerDiscreteScheduler", {**SCALED, "timestep_type": "continuous", "prediction_type": "v_prediction"}, 6)
    yield run("EulerDiscreteScheduler", {**SCALED, "rescale_betas_zero_snr": True, "timestep_spacing": "trailing",
                                         "prediction_type": "v_prediction"}, 6)
    yield run("EulerDiscreteScheduler", SCALED, None, {"timesteps": [950, 600, 250, 10]})
    yield run("EulerDiscreteScheduler", SCALED, None, {"sigmas": [12.0, 4.0, 1.0, 0.2, 0.0]})
    yield run("EulerDiscreteScheduler", SCALED, 8, strength=0.5)
    churn = {"s_churn": 2.0, "s_tmin": 0.3, "s_tmax": 8.0, "s_noise": 1.05}
    for prediction in predictions:
        yield run("EulerDiscreteScheduler", {**SCALED, "prediction_type": prediction}, 8, step_options=churn)
    log_linear = {**SCALED, "interpolation_type": "log_linear"}  # one sigma more, which its churn counts
    yield run("EulerDiscreteScheduler", log_linear, 5, step_options=churn)
    yield run("EulerDiscreteScheduler", log_linear, 10, step_options=churn, strength=0.7)
    yield run("HeunDiscreteScheduler", {**SCALED, "clip_sample": True}, 5)
    yield run("HeunDiscreteScheduler", SCALED, None, {"timesteps": [950, 600, 250, 10]})
    yield run("HeunDiscreteScheduler", SCALED, 6, strength=0.5)
    final = {"final_sigmas_type": "sigma_min"}
    for algorithm in ("dpmsolver++", "dpmsolver", "sde-dpmsolver++", "sde-dpmsolver"):
        for solver in ("midpoint", "heun"):
            for order in (1, 2, 3):
                if algorithm == "sde-dpmsolver" and order == 3:
                    continue
                config = {**SCALED, **final, "algorithm_type": algorithm, "solver_type": solver, "solver_order": order}
                yield run("DPMSolverMultistepScheduler", config, 6)
    yield run("DPMSolverMultistepScheduler", {**SCALED, "algorithm_type": "sde-dpmsolver++"}, 6)
    yield run("DPMSolverMultistepScheduler", {**SCALED, "lower_order_final": False, "solver_order": 3}, 6)
    yield run("DPMSolverMultistepScheduler", {**SCALED, "euler_at_final": True, **final}, 16)
    yield run("DPMSolverMultistepScheduler", {**COSINE, "use_lu_lambdas": True, **final}, 6)
    yield run("DPMSolverMultistepScheduler", {**SCALED, "use_lu_lambdas": True}, 6)
    yield run("DPMSolverMultistepScheduler", {**COSINE, "lambda_min_clipped": -5.1}, 6)
    yield run("DPMSolverMultistepScheduler", {**SCALED, "thresholding": True, "sample_max_value": 1.5}, 6)
    yield run("DPMSolverMultistepScheduler", {**SCALED, "use_flow_sigmas": True, "flow_shift": 3.0,
                                              "prediction_type": "flow_prediction"}, 6)
    yield run("DPMSolverMultistepScheduler", SCALED, None, {"timesteps": [950, 600, 250, 10]})
    yield run("DPMSolverMultistepScheduler", SCALED, 16, strength=0.4)
    flow = "FlowMatchEulerDiscreteScheduler"
    for shift in (1.0, 3.0):
        yield run(flow, {"shift": shift}, 6)
        yield run(flow, {"shift": shift}, None, {"sigmas": [1.0, 0.7, 0.4, 0.1]})
    yield run(flow, {"use_dynamic_shifting": True}, 6, {"mu": 0.9})
    yield run(flow, {"use_dynamic_shifting": True, "time_shift_type": "linear"}, 6, {"mu": 2.0})
    yield run(flow, {"shift": 2.0, "shift_terminal": 0.1}, 6)
    yield run(flow, {"shift": 2.0, "use_karras_sigmas": True}, 6)
    yield run(flow, {"shift": 2.0, "use_exponential_sigmas": True}, 6)
    yield run(flow, {"shift": 2.0, "use_beta_sigmas": True}, 6)
    yield run(flow, {"shift": 2.0}, 8, strength=0.6)


def multistep_cases():
    predictions = ("epsilon", "v_prediction")
    spacings = ("leading", "trailing", "linspace")
    for prediction in predictions:
        for spacing in spacings:
            both = dict(prediction_type=prediction, timestep_spacing=spacing, steps_offset=1)
            yield run("PNDMScheduler", {**SCALED, **both, "skip_prk_steps": True}, 8)
            yield run("PNDMScheduler", {**LINEAR, **both, "set_alpha_to_one": True}, 7)
            yield run("LMSDiscreteScheduler", {**SCALED, **both}, 8)
            yield run("EulerAncestralDiscreteScheduler", {**SCALED, **both}, 7)
            yield run("KDPM2DiscreteScheduler", {**SCALED, **both}, 5)
            yield run("KDPM2AncestralDiscreteScheduler", {**SCALED, **both}, 5)
            yield run("UniPCMultistepScheduler", {**SCALED, **both}, 7)
            yield run("UniPCMultistepScheduler", {**SCALED, **both, "solver_order": 3}, 16)
            yield run("DEISMultistepScheduler", {**SCALED, **both}, 7)
            yield run("DEISMultistepScheduler", {**SCALED, **both, "solver_order": 3}, 16)
    for placement in ("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"):
        for name in ("LMSDiscreteScheduler", "KDPM2DiscreteScheduler", "KDPM2AncestralDiscreteScheduler",
                     "UniPCMultistepScheduler", "DEISMultistepScheduler"):
            yield run(name, {**SCALED, placement: True}, 6)
        yield run("UniPCMultistepScheduler", {**SCALED, placement: True, "final_sigmas_type": "sigma_min"}, 6)
    yield run("PNDMScheduler", SCALED, 10)
    yield run("PNDMScheduler", {**COSINE, "skip_prk_steps": True}, 1)
    yield run("LMSDiscreteScheduler", {**SCALED, "prediction_type": "sample"}, 7)
    yield run("EulerAncestralDiscreteScheduler", {**SCALED, "rescale_betas_zero_snr": True,
              "prediction_type": "v_prediction", "timestep_spacing": "trailing"}, 6)
    yield run("KDPM2DiscreteScheduler", SCALED, 6, strength=0.5)
    yield run("EulerAncestralDiscreteScheduler", SCALED, 6, strength=0.5)
    yield run("UniPCMultistepScheduler", SCALED, 16, strength=0.5)
    yield run("DEISMultistepScheduler", SCALED, 16, strength=0.5)
    minimum = {"final_sigmas_type": "sigma_min"}
    for order in (1, 2, 3):
        for solver in ("bh1", "bh2"):
            for x0 in (True, False):
                yield run("UniPCMultistepScheduler", {**SCALED, **minimum, "solver_order": order,
                          "solver_type": solver, "predict_x0": x0}, 6)
    yield run("UniPCMultistepScheduler", {**SCALED, "prediction_type": "sample", "disable_corrector": [0, 2]}, 7)
    yield run("UniPCMultistepScheduler", {**SCALED, **minimum, "lower_order_final": False, "solver_order": 3}, 6)
    yield run("UniPCMultistepScheduler", {**SCALED, "thresholding": True, "sample_max_value": 1.5}, 6)
    yield run("UniPCMultistepScheduler", {**SCALED, "use_karras_sigmas": True, "sigma_min": 0.1, "sigma_max": 9.0}, 6)
    flow = {"prediction_type": "flow_prediction", "use_flow_sigmas": True}
    for shift in (1.0, 3.0):
        yield run("UniPCMultistepScheduler", {**flow, "flow_shift": shift}, 6)
        yield run("DEISMultistepScheduler", {**flow, "flow_shift": shift}, 6)
    yield run("UniPCMultistepScheduler", {**flow, "use_dynamic_shifting": True}, 6, {"mu": 0.8})
    yield run("UniPCMultistepScheduler", {**flow, "flow_shift": 3.0, "shift_terminal": 0.05}, 6)
    yield run("UniPCMultistepScheduler", {**flow, "flow_shift": 2.0}, None, {"sigmas": [1.0, 0.8, 0.5, 0.2]})
    for shift in (1.0, 3.0):
        yield run("FlowMatchHeunDiscreteScheduler", {"shift": shift}, 6)
    yield run("DEISMultistepScheduler", {**SCALED, "prediction_type": "sample", "solver_order": 1}, 6)
    yield run("DEISMultistepScheduler", {**SCALED, "thresholding": True, "sample_max_value": 1.5}, 6)
    yield run("DEISMultistepScheduler", {**SCALED, "lower_order_final": False, "solver_order": 3}, 6)


def tables():
    """A few entries of alphas_cumprod for every way to make betas."""
    at = [0, 1, 10, 250, 499, 500, 750, 998, 999]
    named = {
        "linear": LINEAR,
        "scaled_linear": SCALED,
        "squaredcos_cap_v2": COSINE,
        "sigmoid": {**LINEAR, "beta_schedule": "sigmoid"},
        "laplace": {**LINEAR, "beta_schedule": "laplace"},
        "zero terminal SNR": {**SCALED, "rescale_betas_zero_snr": True},
    }
    for name, config in named.items():
        table = diffusers.DDPMScheduler(**config).alphas_cumprod
        yield {"name": name, "config": config, "at": at, "alphasCumprod": [float(table[i]) for i in at]}


def write(path, content):
    versions = {"torch": torch.__version__, "diffusers": diffusers.__version__, "numpy": np.__version__}
    lines = [f'"versions": {json.dumps(versions)}']
    for key, rows in content.items():
        lines.append(f'"{key}": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    golden = pathlib.Path(__file__).resolve().parent.parent / "test" / "golden"
    write(golden / "schedulers-basic.json", {"tables": list(tables()), "cases": list(cases())})
    write(golden / "schedulers-multistep.json", {"cases": list(multistep_cases())})
