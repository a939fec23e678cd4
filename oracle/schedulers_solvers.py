"""Writes test/golden/schedulers-solvers.json: DPM-Solver SDE, SA-Solver and IPNDM, step by step.

    pip install torch==2.13.0 diffusers==0.42.1 torchsde==0.2.6 scipy && python oracle/schedulers_solvers.py

The toy model and the noise are those of schedulers.py; DPM-Solver SDE draws from torchsde's Brownian tree.
"""

import pathlib

from schedulers import LINEAR, SCALED, run, write


def cases():
    sde, sa = "DPMSolverSDEScheduler", "SASolverScheduler"
    for prediction in ("epsilon", "v_prediction"):
        for spacing in ("leading", "trailing", "linspace"):
            both = dict(prediction_type=prediction, timestep_spacing=spacing)
            yield run(sde, {**SCALED, **both, "noise_sampler_seed": 3}, 5)
            yield run(sa, {**SCALED, **both}, 7)
    for placement in ("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"):
        yield run(sde, {**SCALED, placement: True, "noise_sampler_seed": 11}, 4)
        yield run(sa, {**LINEAR, placement: True}, 6)
    yield run(sde, {**SCALED, "noise_sampler_seed": 5}, 6, strength=0.5)
    for predictor in (1, 2, 3, 4):
        for corrector in (1, 2, 3, 4):
            yield run(sa, {**SCALED, "predictor_order": predictor, "corrector_order": corrector}, 7)
    yield run(sa, {**SCALED, "algorithm_type": "noise_prediction", "predictor_order": 3}, 7)
    yield run(sa, {**SCALED, "thresholding": True, "sample_max_value": 1.5}, 6)
    yield run(sa, {"use_flow_sigmas": True, "flow_shift": 3.0, "prediction_type": "flow_prediction"}, 6)
    yield run("IPNDMScheduler", {}, 7)


if __name__ == "__main__":
    golden = pathlib.Path(__file__).resolve().parent.parent / "test" / "golden"
    write(golden / "schedulers-solvers.json", {"cases": list(cases())})
