"""More whole folders: DDPM's form without a text, and PNDM with its Runge-Kutta start: writes test/golden/pipelines-more.json.

    python oracle/pipelines_more.py          (torch 2.13, diffusers 0.42, transformers 5.24, CPU)
    python oracle/pipelines_more.py --fuzz 20 --seed 1 --out cases.json
        (random folders and requests, for a longer look: DRIFTFIELD_PIPELINES=cases.json npx vitest run published.test)
"""

import argparse
import functools
import json
import pathlib
import random

import numpy as np
import pipelines
import torch
from component_weights import filled

import diffusers

DDPM = dict(_class_name="DDPMScheduler", num_train_timesteps=1000, beta_start=0.0001, beta_end=0.02, beta_schedule="linear")
PNDM = {**pipelines.SD1, "skip_prk_steps": False}


def pixel_unet(size=8, channels=3, out=None, **more):
    return diffusers.UNet2DModel(**{**dict(
        sample_size=size, in_channels=channels, out_channels=out or channels, layers_per_block=1, block_out_channels=(8, 16),
        down_block_types=("DownBlock2D", "AttnDownBlock2D"), up_block_types=("AttnUpBlock2D", "UpBlock2D"), norm_num_groups=4,
        attention_head_dim=4,
    ), **more})


def pixels(name, kind, options, config, request):
    """A DDPMPipeline or one of its siblings: what it makes of a seed."""
    unet, tensors = filled(pixel_unet(**options))
    pipe = getattr(diffusers, kind)(unet=unet.float(), scheduler=pipelines.scheduler(config))
    pipe.set_progress_bar_config(disable=True)
    if "other_class" in request:
        other, more = request["other_class"]
        pipe.scheduler = getattr(diffusers, other).from_config(pipe.scheduler.config, **more)
    initial, steps, step = [], [], pipe.scheduler.step

    @functools.wraps(step)
    def spy(output, t, sample, *args, **kwargs):
        if not initial:
            initial.append(sample.clone())
        found = step(output, t, sample, *args, **kwargs)
        steps.append(found.prev_sample.clone())
        return found

    pipe.scheduler.step = spy
    generators = [torch.Generator("cpu").manual_seed(request["seed"] + i) for i in range(request.get("n", 1))]
    eta = {"eta": request["eta"]} if "eta" in request else {}
    images = pipe(
        batch_size=len(generators), generator=generators if len(generators) > 1 else generators[0],
        num_inference_steps=request["steps"], **eta,
    ).images
    images = [np.asarray(image.convert("RGB")) for image in images]
    return {
        "name": name, "class": kind, "configs": {"unet": json.loads(unet.to_json_string())}, "tensors": {"unet": tensors},
        "scheduler": config, "request": request, "initial": pipelines.short(initial[0][:1]),
        "steps": [pipelines.short(s[:1]) for s in steps], "pixels": [image.flatten().tolist() for image in images],
        "size": [images[0].shape[1], images[0].shape[0]],
    }


SD1_PARTS = dict(heads=2, linear=False, act="quick_gelu", pad="<|endoftext|>")
LEARNED = {**DDPM, "variance_type": "learned_range"}


def golden():
    late = dict(prompt="a red hat", guidance_scale=3.0, image=[16, 16])
    return [
        pixels("ddpm", "DDPMPipeline", {}, DDPM, dict(steps=5, seed=3)),
        pixels("ddpm-grey", "DDPMPipeline", dict(channels=1, size=(8, 12)), {**DDPM, "clip_sample": False}, dict(steps=4, seed=4, n=2)),
        pixels("ddpm-learned", "DDPMPipeline", dict(out=6), LEARNED, dict(steps=4, seed=5)),
        pixels("ddim", "DDIMPipeline", {}, DDPM, dict(steps=5, seed=6, eta=0.5)),
        pixels("pndm-pixels", "PNDMPipeline", {}, DDPM, dict(steps=6, seed=7)) if hasattr(diffusers, "PNDMPipeline") else None,
        pipelines.case("pndm", SD1_PARTS, PNDM, dict(prompt="The dog", steps=5, guidance_scale=5.0, seed=8)),
        pipelines.case("pndm-late", SD1_PARTS, PNDM, dict(**late, steps=10, seed=9, strength=0.6)),
        pipelines.case("kdpm2-inpaint", {}, pipelines.SD2, dict(
            prompt="a horse", steps=4, guidance_scale=2.0, seed=15, image=[16, 16], mask=[16, 16], strength=0.5, sampler="kdpm2",
            other_class=["KDPM2DiscreteScheduler", {}],
        )),
        pipelines.case("blank", {}, pipelines.SD2, dict(prompt="", negative_prompt="red hat", steps=4, guidance_scale=3.0, seed=16)),
        pipelines.case("pndm-later", SD1_PARTS, PNDM, dict(**late, steps=9, seed=10, strength=0.3)),
    ]


def fuzz_pixels(name, rng):
    levels = rng.choice([1, 2, 3])
    size = rng.choice([8, 12, 16, (8, 16)])
    kind = rng.choice(["DDPMPipeline", "DDPMPipeline", "DDIMPipeline"])
    channels = rng.choice([1, 3])
    config = dict(_class_name=rng.choice(["DDPMScheduler", "DDIMScheduler"]), num_train_timesteps=rng.choice([1000, 500]))
    for key, values in dict(
        beta_schedule=["linear", "squaredcos_cap_v2", "scaled_linear"], clip_sample=[True, False], steps_offset=[0, 1],
        prediction_type=["epsilon", "v_prediction", "sample"], timestep_spacing=["leading", "trailing", "linspace"],
        clip_sample_range=[1.0, 1.5], thresholding=[False, True], variance_type=["fixed_small", "fixed_large"],
    ).items():
        if rng.random() < 0.4:
            config[key] = rng.choice(values)
    if config["_class_name"] == "DDIMScheduler":
        config.pop("variance_type", None)
    learned = config["_class_name"] == "DDPMScheduler" and kind == "DDPMPipeline" and rng.random() < 0.25
    if learned:
        config["variance_type"] = rng.choice(["learned", "learned_range"])
    options = dict(
        size=size, channels=channels, out=2 * channels if learned else channels, layers_per_block=rng.choice([1, 2]),
        block_out_channels=[8, 16, 16][:levels], down_block_types=[rng.choice(["DownBlock2D", "AttnDownBlock2D"]) for _ in range(levels)],
        up_block_types=[rng.choice(["UpBlock2D", "AttnUpBlock2D"]) for _ in range(levels)], downsample_padding=rng.choice([0, 1]),
        attention_head_dim=rng.choice([None, 4, 8]), flip_sin_to_cos=rng.random() < 0.5, freq_shift=rng.choice([0, 1]),
    )
    request = dict(steps=rng.choice([1, 3, 5, 8]), seed=rng.randrange(10**6))
    if kind == "DDIMPipeline" and rng.random() < 0.5:
        request["eta"] = rng.choice([0.3, 1.0])
    if rng.random() < 0.3:
        request["n"] = 2
    return pixels(name, kind, options, config, request)


# The command line's names of the reference's classes, and what a name says besides.
SAMPLERS = {
    "ddpm": ["DDPMScheduler", {}], "ddim": ["DDIMScheduler", {}], "pndm": ["PNDMScheduler", {}],
    "lms": ["LMSDiscreteScheduler", {}], "euler": ["EulerDiscreteScheduler", {}],
    "euler-ancestral": ["EulerAncestralDiscreteScheduler", {}], "heun": ["HeunDiscreteScheduler", {}],
    "kdpm2": ["KDPM2DiscreteScheduler", {}], "kdpm2-ancestral": ["KDPM2AncestralDiscreteScheduler", {}],
    "dpmpp-2m": ["DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++", "solver_order": 2}],
    "dpmpp-2m-sde": ["DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++", "solver_order": 2}],
    "dpmpp-2s": ["DPMSolverSinglestepScheduler", {}], "deis": ["DEISMultistepScheduler", {}],
    "unipc": ["UniPCMultistepScheduler", {}], "lcm": ["LCMScheduler", {}],
}
WORDS = ["a", "cat", "dog", "red hat", "horse", "photo of", "the", "astronaut", "riding", "!", "it's", "12", "é", "(hat)", "\n", "  "]


def fuzz_texts(name, rng):
    size = rng.choice([8, 8, 16])
    heads = rng.choice([2, 4, (2, 4)])
    options = dict(
        heads=heads, linear=rng.random() < 0.5, act=rng.choice(["gelu", "quick_gelu"]), pad=rng.choice(["!", "<|endoftext|>"]),
        size=size, levels=rng.choice([1, 2, 3]), legacy_eos=rng.random() < 0.3,
    )
    text = lambda most: " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))
    config = {**pipelines.SD1, "_class_name": rng.choice(["PNDMScheduler", "DDIMScheduler", "DDPMScheduler", "EulerDiscreteScheduler", "DPMSolverMultistepScheduler", "LMSDiscreteScheduler"])}
    for key in ("set_alpha_to_one", "skip_prk_steps", "clip_sample", "trained_betas"):
        if rng.random() < 0.3:
            config.pop(key)
    if rng.random() < 0.4:
        config["prediction_type"] = "v_prediction"
    if rng.random() < 0.3:
        config["timestep_spacing"] = rng.choice(["leading", "trailing", "linspace"])
    if config["_class_name"] == "DPMSolverMultistepScheduler" and rng.random() < 0.5:
        config |= rng.choice([dict(use_karras_sigmas=True), dict(solver_order=3), dict(algorithm_type="sde-dpmsolver++"), dict(final_sigmas_type="sigma_min")])
    if config["_class_name"] == "EulerDiscreteScheduler" and rng.random() < 0.5:
        config |= rng.choice([dict(use_karras_sigmas=True), dict(use_exponential_sigmas=True), dict(rescale_betas_zero_snr=True)])
    request = dict(prompt=text(8), steps=rng.choice([4, 5, 7, 11]), guidance_scale=rng.choice([1.0, 2.5, 7.5, 12.0]), seed=rng.randrange(2**33))
    if rng.random() < 0.5:
        request["negative_prompt"] = text(4)
    if rng.random() < 0.5:
        request["sampler"] = rng.choice(sorted(SAMPLERS))
        request["other_class"] = SAMPLERS[request["sampler"]]
    sampler = request.get("other_class", [config["_class_name"]])[0]
    if sampler == "DDIMScheduler" and rng.random() < 0.5:
        request["eta"] = rng.choice([0.2, 1.0])
    step = 2 ** (options["levels"] - 1)
    side = lambda: 8 * rng.choice([1, 2, 3, 4])
    start = rng.random()
    if start < 0.3:
        request |= dict(image=[side(), side()], strength=rng.choice([0.35, 0.5, 0.75, 0.9, 1.0]))
    elif start < 0.5:
        whole = [size * step, size * step]
        request |= dict(image=whole, mask=whole, strength=rng.choice([0.5, 0.8, 1.0]))
        if rng.random() < 0.3:
            options["in_channels"] = 9
    elif start < 0.7:
        request["size"] = [side(), side()]
    if start >= 0.5 and rng.random() < 0.2:
        request["guidance_rescale"] = 0.5
    if "mask" not in request and rng.random() < 0.2:
        request["n"] = 2
    return pipelines.case(name, options, config, request)


def fuzz(count, seed):
    cases = []
    for i in range(count):
        rng = random.Random(f"{seed} {i}")
        kind, name = (fuzz_pixels, "pixels") if rng.random() < 0.25 else (fuzz_texts, "texts")
        try:
            made = kind(f"{name}-{seed}-{i}", rng)
            json.dumps(made, allow_nan=False)  # where the reference's steps aren't numbers there is nothing to compare
            cases.append(made)
        except Exception as error:  # the reference can't make or run this folder
            print(name, seed, i, type(error).__name__, str(error)[:150])
    return cases


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--fuzz", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default=None)
    options = parser.parse_args()
    made = fuzz(options.fuzz, options.seed) if options.fuzz else [case for case in golden() if case]
    versions = {"torch": torch.__version__, "diffusers": diffusers.__version__}
    default = pathlib.Path(__file__).parent.parent / "test" / "golden" / "pipelines-more.json"
    path = pathlib.Path(options.out) if options.out else default
    path.write_text(json.dumps({"versions": versions, "cases": made}, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, len(made))
