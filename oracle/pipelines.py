"""Whole Stable Diffusion folders, tiny and with random weights: writes test/golden/pipelines.json.

    python oracle/pipelines.py          (torch 2.13, diffusers 0.42, transformers 5.24, CPU)

Weights follow from names and shapes (oracle/components.py), the tokenizer from oracle/tiny_tokenizer.py; runs are in
float32, as a user's are. test/cli/published.test.ts builds the folders and runs the command line on them.
"""

import functools
import json
import pathlib
import sys
import tempfile

sys.modules["torchvision"] = None

import diffusers  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from PIL import Image  # noqa: E402

import tiny_tokenizer  # noqa: E402
from component_weights import filled  # noqa: E402

torch.set_num_threads(1)
diffusers.logging.disable_progress_bar()
LENGTH = 16
VOCABULARY = tiny_tokenizer.vocabulary()


def parts(*, heads=(2, 4), linear=True, act="gelu", in_channels=4, time_cond=None, size=8, pad="!", levels=2, legacy_eos=False):
    """The components of a pipeline, in float32: text encoder, U-Net, autoencoder and tokenizer."""
    text = transformers.CLIPTextModel(transformers.CLIPTextConfig(
        vocab_size=len(VOCABULARY), max_position_embeddings=LENGTH, hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, hidden_act=act, eos_token_id=2 if legacy_eos else VOCABULARY["<|endoftext|>"],
        bos_token_id=VOCABULARY["<|startoftext|>"], pad_token_id=VOCABULARY["<|endoftext|>" if pad != "!" else "!"],
    ))
    unet = diffusers.UNet2DConditionModel(
        sample_size=size, in_channels=in_channels, out_channels=4, layers_per_block=1, block_out_channels=(8, 16),
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=16, attention_head_dim=heads, norm_num_groups=4, use_linear_projection=linear,
        time_cond_proj_dim=time_cond,
    )
    vae = diffusers.AutoencoderKL(
        block_out_channels=(8,) * levels, down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels, latent_channels=4, norm_num_groups=4, sample_size=size * 2 ** (levels - 1),
    )
    models, tensors = {}, {}
    for name, model in dict(text_encoder=text, unet=unet, vae=vae).items():
        model, tensors[name] = filled(model)
        models[name] = model.float()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        tiny_tokenizer.write(folder, pad, LENGTH)
        models["tokenizer"] = transformers.CLIPTokenizer.from_pretrained(folder)
    return models, tensors


def picture(width, height):
    """The formula of oracle/clip_folder.py."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return Image.fromarray(((x * 37 + y * 61 * (c + 1) + x * y * 5) % 256).astype(np.uint8))


def mask(width, height):
    """Bright in the lower right."""
    y, x = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    return Image.fromarray(np.where(x + 2 * y > width, 255, 0).astype(np.uint8)).convert("RGB")


SD1 = dict(_class_name="PNDMScheduler", beta_end=0.012, beta_schedule="scaled_linear", beta_start=0.00085,
           num_train_timesteps=1000, set_alpha_to_one=False, skip_prk_steps=True, steps_offset=1, trained_betas=None, clip_sample=False)
SD2 = {**SD1, "_class_name": "DDIMScheduler", "prediction_type": "v_prediction"}
OLD = dict(_class_name="DDIMScheduler", beta_end=0.012, beta_schedule="scaled_linear", beta_start=0.00085, num_train_timesteps=1000)


def scheduler(config):
    return getattr(diffusers, config["_class_name"]).from_config({k: v for k, v in config.items()})


def run(models, config, request):
    """Runs the reference; gives the latents before and after each step, the prompt's states and the pixels."""
    common = dict(**models, scheduler=scheduler(config), safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    kind = "StableDiffusionPipeline"
    extra = {}
    if "mask" in request:
        kind = "StableDiffusionInpaintPipeline"
        extra = dict(image=picture(*request["image"]), mask_image=mask(*request["mask"]))
        if "size" in request:
            extra |= dict(width=request["size"][0], height=request["size"][1])
    elif "image" in request:
        kind = "StableDiffusionImg2ImgPipeline"
        extra = dict(image=picture(*request["image"]))
    elif "size" in request:
        extra = dict(width=request["size"][0], height=request["size"][1])
    if "strength" in request:
        extra["strength"] = request["strength"]
    if "guidance_rescale" in request:
        extra["guidance_rescale"] = request["guidance_rescale"]
    pipe = getattr(diffusers, kind)(**common)
    if "other_class" in request:
        name, options = request["other_class"]
        pipe.scheduler = getattr(diffusers, name).from_config(pipe.scheduler.config, **options)
    steps = []
    initial = []
    step = pipe.scheduler.step

    @functools.wraps(step)  # the pipeline looks at its signature
    def spy(output, t, sample, *args, **kwargs):
        if not initial:
            initial.append(sample.clone())
        return step(output, t, sample, *args, **kwargs)

    pipe.scheduler.step = spy

    def keep(pipe, i, t, values):
        steps.append(values["latents"].clone())
        return values

    count = request.get("n", 1)
    generators = [torch.Generator("cpu").manual_seed(request["seed"] + i) for i in range(count)]
    out = pipe(
        [request["prompt"]] * count, negative_prompt=[request["negative_prompt"]] * count if "negative_prompt" in request else None,
        num_inference_steps=request["steps"], guidance_scale=request["guidance_scale"], eta=request.get("eta", 0.0),
        generator=generators if count > 1 else generators[0], callback_on_step_end=keep, output_type="pil", **extra,
    )
    embeds = pipe.encode_prompt([request["prompt"]], "cpu", 1, False)[0]
    return initial[0], steps, embeds, [np.asarray(image) for image in out.images]


def short(x, digits=7):
    return [float(f"{v:.{digits}g}") for v in x.detach().double().flatten().tolist()]


CASES = [
    ("sd2", dict(), SD2, dict(prompt="a photo of an astronaut riding a horse!", negative_prompt="red hat", steps=5, guidance_scale=7.5, seed=7)),
    ("sd2-ancestral", dict(), SD2, dict(prompt="a cat", steps=4, guidance_scale=3.0, seed=8, sampler="euler-ancestral", other_class=["EulerAncestralDiscreteScheduler", {}], guidance_rescale=0.7, size=[24, 16])),
    ("sd1", dict(heads=2, linear=False, act="quick_gelu", pad="<|endoftext|>"), SD1, dict(prompt="The dog & the cat", steps=4, guidance_scale=5.0, seed=3, n=2)),
    ("sd1-img2img", dict(heads=2, linear=False, act="quick_gelu", pad="<|endoftext|>"), SD1, dict(prompt="a red hat", steps=6, guidance_scale=4.0, seed=5, image=[27, 18], strength=0.6)),
    ("sd2-inpaint", dict(), SD2, dict(prompt="a horse", steps=5, guidance_scale=2.0, seed=11, image=[20, 20], mask=[20, 20], strength=0.8)),
    ("inpaint-9", dict(in_channels=9), SD1, dict(prompt="a horse", steps=4, guidance_scale=2.0, seed=12, image=[16, 16], mask=[16, 16], strength=1.0)),
    ("old", dict(pad="<|endoftext|>"), OLD, dict(prompt="of the cat", steps=5, guidance_scale=1.0, eta=0.5, seed=13)),
]


def case(name, options, config, request):
    """What the reference makes of a request, and the folder that it makes it from."""
    models, tensors = parts(**options)
    initial, steps, embeds, images = run(models, config, request)
    configs = {part: json.loads(models[part].to_json_string() if part != "text_encoder" else models[part].config.to_json_string()) for part in tensors}
    return {
        "name": name, "pad": options.get("pad", "!"), "configs": configs, "tensors": tensors, "scheduler": config,
        "request": request, "latent_shape": list(initial.shape[1:]), "initial": short(initial[:1]),
        "steps": [short(s[:1]) for s in steps], "embeds": short(embeds),
        "pixels": [image.flatten().tolist() for image in images], "size": [images[0].shape[1], images[0].shape[0]],
    }


def golden():
    cases = [case(*given) for given in CASES]
    tokenizers = {}
    for pad in ("!", "<|endoftext|>"):
        with tempfile.TemporaryDirectory() as temporary:
            files = tiny_tokenizer.write(pathlib.Path(temporary), pad, LENGTH)
            tokenizers[pad] = {k: v for k, v in files.items() if k not in ("vocab.json", "merges.txt")}
    return {
        "versions": {"torch": torch.__version__, "diffusers": diffusers.__version__, "transformers": transformers.__version__},
        "tokenizers": tokenizers, "cases": cases,
    }


if __name__ == "__main__":
    path = pathlib.Path(__file__).parent.parent / "test" / "golden" / "pipelines.json"
    path.write_text(json.dumps(golden(), separators=(",", ":")) + "\n")
