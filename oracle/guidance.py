"""Writes test/golden/guidance.json: what diffusers' guiders make of a few predictions.

    pip install torch==2.13.0 diffusers==0.42.1 && python oracle/guidance.py

The predictions are closed forms of the element's number, so that a test in any language can make them again:
cond = 1.3 sin(1 + 0.7 i), uncond = 0.9 cos(0.4 + 1.1 i), other = 1.1 sin(2 + 1.9 i), of shape [2, 3, 2, 2].
"""

import json
import pathlib
import warnings

import diffusers
import numpy as np
import torch
from diffusers.guiders import AdaptiveProjectedGuidance, ClassifierFreeGuidance
from diffusers.guiders.adaptive_projected_guidance import MomentumBuffer

warnings.filterwarnings("ignore")
diffusers.logging.set_verbosity_error()
SHAPE = (2, 3, 2, 2)
TOTAL = 10


def wave(size, phase, speed, form):
    return torch.tensor(size * form(phase + speed * np.arange(24)), dtype=torch.float32).reshape(SHAPE)


COND, UNCOND = wave(1.3, 1.0, 0.7, np.sin), wave(0.9, 0.4, 1.1, np.cos)
OTHER = wave(1.1, 2.0, 1.9, np.sin)


def guided(guider, step=0, cond=COND):
    """One step of a run of TOTAL; the guider says itself how many conditions it wants then."""
    guider.set_state(step=step, num_inference_steps=TOTAL, timestep=torch.tensor(500))
    wanted = guider.num_conditions
    return wanted, guider.forward(cond, UNCOND if wanted > 1 else None).pred


def case(name, options, guider, step=0):
    wanted, pred = guided(guider, step)
    return {"guidance": name, "options": options, "step": step, "total": TOTAL, "wants": wanted,
            "guided": [float(f"{float(v):.8g}") for v in pred.flatten()]}


def classifier_free(scale, step=0, rescale=0.0, window=(0.0, 1.0)):
    options = {"scale": scale, "rescale": rescale, "window": window}
    guider = ClassifierFreeGuidance(scale, guidance_rescale=rescale, start=window[0], stop=window[1])
    return case("classifierFree", options, guider, step)


def projected(scale, origin, parallel, radius, step=0, rescale=0.0, window=(0.0, 1.0)):
    """The paper counts its scale from the conditioned prediction, one less."""
    paper = origin == "cond"
    guider = AdaptiveProjectedGuidance(
        scale - 1 if paper else scale, None, radius, eta=parallel, guidance_rescale=rescale,
        use_original_formulation=paper, start=window[0], stop=window[1])
    options = {"scale": scale, "origin": origin, "parallel": parallel, "radius": radius, "rescale": rescale,
               "window": window}
    return case("adaptiveProjected", options, guider, step)


def remembering(momentum, scale, radius, axes):
    """Three steps in a row with changing predictions, rolled by one place at each: what momentum keeps of them."""
    guider = AdaptiveProjectedGuidance(scale, momentum, radius, axes, eta=0.3)
    for step in range(3):
        guider.set_state(step=step, num_inference_steps=TOTAL, timestep=torch.tensor(500))
        if step == 0 and momentum is not None:  # as its prepare_inputs does
            guider.momentum_buffer = MomentumBuffer(momentum)
        pred = guider.forward(rolled(COND, step), rolled(UNCOND, 2 * step)).pred
    options = {"scale": scale, "origin": "uncond", "parallel": 0.3, "radius": radius, "momentum": momentum or 0,
               **({} if axes is None else {"axes": [axes] if isinstance(axes, int) else axes})}
    return {"guidance": "adaptiveProjected", "options": options, "step": 2, "total": TOTAL, "wants": 2, "evaluations": 3,
            "guided": [float(f"{float(v):.8g}") for v in pred.flatten()]}


def rolled(tensor, places):
    return tensor.flatten().roll(places).reshape(SHAPE)


def composed(first, second):
    """Two conditions: both guiders' changes to the unconditioned prediction."""
    parts = [guided(ClassifierFreeGuidance(w), cond=c)[1] for w, c in ((first, COND), (second, OTHER))]
    pred = parts[0] + parts[1] - UNCOND
    conditions = [{"name": "cond", "weight": first}, {"name": "other", "weight": second}]
    return {"guidance": "composed", "options": conditions, "step": 0, "total": TOTAL, "wants": 3,
            "guided": [float(f"{float(v):.8g}") for v in pred.flatten()]}


def cases():
    for scale in (0.0, 0.5, 1.0, 3.0, 7.5):
        yield classifier_free(scale)
        for rescale in (0.3, 1.0):
            yield classifier_free(scale, rescale=rescale)
    for step in (0, 2, 3, 6, 7, 9):
        yield classifier_free(4.0, step=step, window=(0.3, 0.75))
        yield projected(4.0, "uncond", 0.0, 1.5, step=step, window=(0.3, 0.75))
    for origin in ("cond", "uncond"):
        for scale in (0.5, 1.0, 3.0, 9.0):
            for parallel in (0.0, 0.4, 1.0):
                for radius in (0.0, 1.5, 15.0):
                    yield projected(scale, origin, parallel, radius)
        yield projected(6.0, origin, 0.2, 2.5, rescale=0.7)
    for axes in (None, -1, (-1, -2), (1,), (0, 3), (0, 1, 2, 3)):
        for momentum in (None, -0.5, 0.9):
            yield remembering(momentum, 5.0, 1.2, axes)
    yield composed(3.0, 2.0)
    yield composed(4.0, -1.5)


if __name__ == "__main__":
    versions = {"torch": torch.__version__, "diffusers": diffusers.__version__}
    rows = ",\n".join(json.dumps(row) for row in cases())
    golden = pathlib.Path(__file__).resolve().parent.parent / "test" / "golden" / "guidance.json"
    golden.write_text(f'{{\n"versions": {json.dumps(versions)},\n"cases": [\n{rows}\n]\n}}\n')
