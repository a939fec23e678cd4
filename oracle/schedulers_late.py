"""Writes test/golden/schedulers-late.json: runs that start late, and options that few configurations have, step by step.

    pip install torch==2.13.0 diffusers==0.42.1 torchsde==0.2.6 scipy && python oracle/schedulers_late.py

The toy model and the noise are those of schedulers.py.
"""

import pathlib

from schedulers import LINEAR, SCALED, run, write

FLOW = "FlowMatchEulerDiscreteScheduler"


def cases():
    lms, sde = "LMSDiscreteScheduler", "DPMSolverSDEScheduler"
    for prediction in ("epsilon", "v_prediction"):
        for strength in (0.25, 0.5, 0.8):
            yield run(lms, {**SCALED, "prediction_type": prediction}, 8, strength=strength)
    yield run(lms, {**LINEAR, "use_karras_sigmas": True}, 9, strength=0.7)
    yield run(lms, {**SCALED, "timestep_spacing": "leading", "steps_offset": 1}, 20, strength=0.6)
    for seed, strength in ((1, 0.3), (2, 0.6), (3, 0.9)):
        yield run(sde, {**SCALED, "noise_sampler_seed": seed}, 10, strength=strength)
    yield run(sde, {**LINEAR, "timestep_spacing": "trailing", "noise_sampler_seed": 4}, 7, strength=0.5)
    log = {"interpolation_type": "log_linear"}
    yield run("EulerDiscreteScheduler", {**SCALED, **log}, None, {"timesteps": [950, 600, 250, 10]})
    yield run("EulerDiscreteScheduler", {**SCALED, **log, "final_sigmas_type": "sigma_min"}, 5, strength=0.6)
    for placement in ("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"):
        yield run("EulerDiscreteScheduler", {**SCALED, **log, placement: True, "timestep_spacing": "leading"}, 6)
    for algorithm, prediction in (("sde-dpmsolver++", "v_prediction"), ("dpmsolver++", "epsilon")):
        ends = {"final_sigmas_type": "sigma_min", "algorithm_type": algorithm, "prediction_type": prediction}
        yield run("EDMDPMSolverMultistepScheduler", {"sigma_data": 1.0, "solver_order": 1, **ends}, 18)
    for prediction in ("epsilon", "v_prediction"):
        clipped = {"eta": 0.4, "use_clipped_model_output": True}
        yield run("DDIMScheduler", {**SCALED, "prediction_type": prediction}, 8, step_options=clipped)
    yield run("TCDScheduler", {**LINEAR, "original_inference_steps": 30}, 7, step_options={"eta": 0.8})
    for shift in (1.0, 3.0):
        yield run(FLOW, {"invert_sigmas": True, "shift": shift}, 6)
    yield run(FLOW, {"invert_sigmas": True, "use_dynamic_shifting": True}, 6, {"mu": 0.7})
    yield run(FLOW, {"invert_sigmas": True}, None, {"sigmas": [1.0, 0.75, 0.4, 0.1]})
    yield run(FLOW, {"invert_sigmas": True, "use_karras_sigmas": True, "shift_terminal": 0.05}, 5)


if __name__ == "__main__":
    golden = pathlib.Path(__file__).resolve().parent.parent / "test" / "golden"
    write(golden / "schedulers-late.json", {"cases": list(cases())})
