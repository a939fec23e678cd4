"""Random scheduler configurations, run by diffusers step by step, for ours to walk too.

    pip install torch==2.13.0 diffusers==0.42.1 torchsde==0.2.6 scipy
    python oracle/schedulers_fuzz.py 77,123 500 /tmp/fuzz.json && npm run fuzz -- /tmp/fuzz.json

Two seeds of 500 runs each. Every run is made six times, so that its disagreements can be told apart: as it is, and with
each of roundings.py. What the reference refuses, fails on or ends in NaN with is written as well, with its reason. What
comes of it is in docs/decisions/0011-float32-of-the-reference.md.
"""

import json
import math
import pathlib
import random
import re
import sys
import warnings

from roundings import ROUNDINGS
from schedulers import run

warnings.filterwarnings("ignore")
R = random.Random()
PLACEMENTS = ("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas")
PREDICTIONS = ("epsilon", "sample", "v_prediction")
SOLVERS = ("DPMSolverMultistepScheduler", "DPMSolverSinglestepScheduler", "DEISMultistepScheduler",
           "UniPCMultistepScheduler", "SASolverScheduler", "DPMSolverMultistepInverseScheduler")
EXPLODING = ("LMSDiscreteScheduler", "EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler",
             "HeunDiscreteScheduler", "KDPM2DiscreteScheduler", "KDPM2AncestralDiscreteScheduler",
             "DPMSolverSDEScheduler")
NAMES = ("DDPMScheduler", "DDIMScheduler", "PNDMScheduler", *EXPLODING[:6], *SOLVERS[:2], "DPMSolverSDEScheduler",
         *SOLVERS[2:4], "LCMScheduler", "TCDScheduler", "SASolverScheduler", "FlowMatchEulerDiscreteScheduler",
         "FlowMatchHeunDiscreteScheduler", "EDMEulerScheduler", "EDMDPMSolverMultistepScheduler",
         "DDIMInverseScheduler", "DPMSolverMultistepInverseScheduler", "IPNDMScheduler",
         "CMStochasticIterativeScheduler")


def pick(*values):
    return R.choice(values)


def chance(probability):
    return R.random() < probability


def table():
    name = pick("linear", "scaled_linear", "squaredcos_cap_v2", "scaled_linear")
    config = {"beta_schedule": name, "num_train_timesteps": pick(1000, 1000, 1000, 500, 100)}
    if name != "squaredcos_cap_v2":
        config.update(beta_start=pick(0.0001, 0.00085), beta_end=pick(0.012, 0.02))
    return config


def place(config):
    if chance(0.4):
        config[pick(*PLACEMENTS)] = True


def space(config):
    config["timestep_spacing"] = pick("leading", "trailing", "linspace")
    config["steps_offset"] = pick(0, 1)


def threshold(config, probability):
    if chance(probability):
        config.update(thresholding=True, sample_max_value=pick(1.0, 1.5))


def without(config, *keys):
    for key in keys:
        config.pop(key, None)


def ancestor(name, config, options):
    """DDPM and DDIM."""
    space(config)
    config.update(prediction_type=pick(*PREDICTIONS), clip_sample=pick(True, False))
    threshold(config, 0.3)
    if name == "DDPMScheduler":
        config["variance_type"] = pick("fixed_small", "fixed_large", "fixed_small_log")
        return
    config["set_alpha_to_one"] = pick(True, False)
    options["eta"] = pick(0.0, 0.3, 1.0)
    if chance(0.2):
        options["use_clipped_model_output"] = True


def exploding(name, config, options):
    space(config)
    config["prediction_type"] = pick("epsilon", "v_prediction", "sample")
    if name != "EulerAncestralDiscreteScheduler":
        place(config)
    if name == "EulerDiscreteScheduler":
        config["final_sigmas_type"] = pick("zero", "sigma_min")
        config["interpolation_type"] = pick("linear", "linear", "log_linear")
        config["timestep_type"] = pick("discrete", "discrete", "continuous")
        if chance(0.3):
            options.update(s_churn=pick(1.0, 5.0), s_noise=pick(1.0, 1.02), s_tmin=pick(0.0, 0.2))
        if chance(0.2):
            config["rescale_betas_zero_snr"] = True
    if name == "DPMSolverSDEScheduler":
        config["noise_sampler_seed"] = R.randint(0, 99)
    return pick(0.3, 0.5, 0.8) if chance(0.25) else None


def solver(name, config):
    inverse = "Inverse" in name
    if "Single" not in name:
        space(config)
    config["prediction_type"] = pick("epsilon", "v_prediction", "sample")
    place(config)
    if name == "SASolverScheduler":
        config.update(predictor_order=R.randint(1, 3), corrector_order=R.randint(1, 3))
        config["algorithm_type"] = pick("data_prediction", "noise_prediction")
    else:
        config["solver_order"] = R.randint(1, 3)
    if name.startswith("DPM"):
        config["algorithm_type"] = pick("dpmsolver++", "dpmsolver", "sde-dpmsolver++")
        config["solver_type"] = pick("midpoint", "heun")
        reaches = config["algorithm_type"].endswith("++")
        config["final_sigmas_type"] = pick("zero", "sigma_min") if reaches else "sigma_min"
        if inverse:
            config.pop("final_sigmas_type")
        elif "Multistep" in name:
            config["euler_at_final"] = pick(True, False)
            if chance(0.2):
                config["use_lu_lambdas"] = True
                without(config, *PLACEMENTS)
    if name.startswith("Uni"):
        config.update(solver_type=pick("bh1", "bh2"), predict_x0=pick(True, False))
        config["final_sigmas_type"] = pick("zero", "sigma_min")
    config["lower_order_final"] = pick(True, False)
    threshold(config, 0.2)
    if not inverse and chance(0.15):
        config.update(use_flow_sigmas=True, prediction_type="flow_prediction", flow_shift=pick(1.0, 3.0))
        without(config, *PLACEMENTS, "use_lu_lambdas")
    return pick(0.3, 0.5, 0.8) if not inverse and chance(0.25) else None


def flow(name, plan):
    config = {"shift": pick(1.0, 2.0, 3.0), "num_train_timesteps": 1000}
    if name == "FlowMatchHeunDiscreteScheduler":
        return config
    place(config)
    if chance(0.3):
        config.update(use_dynamic_shifting=True, time_shift_type=pick("exponential", "linear"))
        plan["mu"] = pick(0.5, 1.1)
    if chance(0.2):
        config["shift_terminal"] = 0.1
    kind = R.random()
    if kind < 0.4:
        config["invert_sigmas" if kind < 0.2 else "stochastic_sampling"] = True
    return config


def edm(name, options):
    config = {"sigma_min": pick(0.002, 0.01), "sigma_max": pick(80.0, 20.0), "sigma_data": pick(0.5, 1.0),
              "sigma_schedule": pick("karras", "exponential"), "prediction_type": pick("epsilon", "v_prediction"),
              "final_sigmas_type": pick("zero", "sigma_min"), "rho": pick(7.0, 5.0)}
    if name == "EDMEulerScheduler":
        if chance(0.5):
            options.update(s_churn=pick(1.0, 4.0), s_noise=1.003)
        return config
    config.update(solver_order=R.randint(1, 3), algorithm_type=pick("dpmsolver++", "sde-dpmsolver++"),
                  solver_type=pick("midpoint", "heun"), lower_order_final=pick(True, False),
                  euler_at_final=pick(True, False))
    return config


def some_run():
    name, steps, strength = pick(*NAMES), R.randint(2, 22), None
    plan, options, config = {}, {}, table()
    if name in ("DDPMScheduler", "DDIMScheduler"):
        ancestor(name, config, options)
    elif name == "PNDMScheduler":
        space(config)
        config.update(prediction_type=pick("epsilon", "v_prediction"), skip_prk_steps=pick(True, True, False),
                      set_alpha_to_one=pick(True, False))
    elif name in EXPLODING:
        strength = exploding(name, config, options)
    elif name in SOLVERS:
        strength = solver(name, config)
    elif name in ("LCMScheduler", "TCDScheduler"):
        config.update(prediction_type=pick(*PREDICTIONS), num_train_timesteps=1000)
        config["original_inference_steps"] = pick(50, 30)
        steps = R.randint(1, 8)
        if name == "TCDScheduler":
            options["eta"] = pick(0.0, 0.3, 0.8)
    elif name.startswith("Flow"):
        config = flow(name, plan)
    elif name.startswith("EDM"):
        config = edm(name, options)
    elif name == "DDIMInverseScheduler":
        config.update(timestep_spacing=pick("leading", "trailing"), prediction_type=pick(*PREDICTIONS),
                      clip_sample=pick(True, False), set_alpha_to_one=pick(True, False), steps_offset=pick(0, 1))
    elif name == "IPNDMScheduler":
        config = {}
    else:
        config = {"num_train_timesteps": pick(40, 201), "clip_denoised": pick(True, False)}
        steps = R.randint(1, 10)
    return name, config, steps, plan or None, options or None, strength


def attempt(arguments):
    """The run, or why there's none."""
    try:
        case = run(*arguments)
    except Exception as error:  # whatever a configuration makes of the reference's own code
        return None, f"{type(error).__name__}: {re.sub(r'[0-9]+', 'n', str(error))[:70]}"
    finite = all(math.isfinite(value) for row in case["after"] for value in row)
    return (case, None) if finite else (None, "NaN")


def again(arguments):
    """What changes with each way of rounding."""
    for way, rounding in ROUNDINGS.items():
        with rounding():
            case, _ = attempt(arguments)
        if case is not None:
            yield way, {key: case[key] for key in ("timesteps", "sigmas", "initNoiseSigma", "after") if key in case}


def main(seeds, count, path):
    cases, failed = [], []
    for seed in seeds:
        R.seed(seed)
        for _ in range(count):
            arguments = some_run()
            case, why = attempt(arguments)
            if case is None:
                name, config, steps, plan, options, strength = arguments
                case = {"class": name, "config": config, "steps": steps, "plan": plan or {}, "options": options or {},
                        **({} if strength is None else {"strength": strength})}
                failed.append({**case, "why": why})
            else:
                cases.append({**case, "again": dict(again(arguments))})
    pathlib.Path(path).write_text(json.dumps({"cases": cases, "failed": failed}))
    print(f"{len(cases)} runs; the reference has none of {len(failed)} others")


if __name__ == "__main__":
    main([int(seed) for seed in sys.argv[1].split(",")], int(sys.argv[2]), sys.argv[3])
