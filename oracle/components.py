"""What the reference computes with the components of published checkpoints, tiny: writes test/golden/components-*.json.

    python oracle/components.py                       (torch 2.13, diffusers 0.42, transformers 5.24, CPU)
    python oracle/components.py --fuzz 50 --seed 1 --kind unet --out cases.json     (random configs, for a longer look)

No weights are stored: value i of the tensor `name` follows from both alone (`counter`), here and in
test/helpers/counter-weights.ts, and none is zero. Outputs are computed in float64.
"""

import argparse
import json
import math
import pathlib
import random
import warnings

import diffusers
import numpy as np
import torch
import transformers

warnings.filterwarnings("ignore")
transformers.logging.set_verbosity_error()
diffusers.logging.set_verbosity_error()


def counter(name, shape):
    """Numbers in [-1, 1): the murmur3 finaliser of the place, offset by the FNV-1a hash of the name."""
    start = 2166136261
    for byte in name.encode():
        start = ((start ^ byte) * 16777619) & 0xFFFFFFFF
    with np.errstate(over="ignore"):
        x = np.arange(math.prod(shape), dtype=np.uint32) * np.uint32(0x9E3779B1) + np.uint32(start)
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x85EBCA6B)
        x ^= x >> np.uint32(13)
        x *= np.uint32(0xC2B2AE35)
        x ^= x >> np.uint32(16)
    return ((x >> np.uint32(8)).astype(np.float64) / 2**23 - 1).reshape(shape)


def weight(name, shape):
    """Around 1 for norms' scales, small for other vectors, of unit gain for matrices and kernels."""
    u = counter(name, shape)
    if len(shape) > 1:
        value = u * math.sqrt(3 / math.prod(shape[1:]))
    elif name.endswith("weight"):
        value = 1 + 0.25 * u
    else:
        value = 0.25 * u
    return torch.from_numpy(np.asarray(value.astype(np.float32).astype(np.float64)))


def stored(x):
    return {"shape": list(x.shape), "data": [float(f"{v:.8g}") for v in x.detach().double().flatten().tolist()]}


def noise(name, shape):
    return torch.from_numpy(counter(name, shape).astype(np.float32).astype(np.float64)) * 2


def filled(model):
    """The model in float64 with counter weights, and the names and shapes of its tensors."""
    model = model.double().eval()
    state = model.state_dict()
    for name, value in state.items():
        if value.dtype.is_floating_point:
            state[name] = weight(name, tuple(value.shape))
    model.load_state_dict(state)
    tensors = {name: list(value.shape) for name, value in state.items() if value.dtype.is_floating_point}
    return model, tensors


def renamed(case, rule):
    """The same tensors under the names of older files; their values still follow from the present names."""
    case["stored_as"] = {name: rule(name) for name in case["tensors"] if rule(name) != name}
    return case


# --- CLIP ---------------------------------------------------------------------------------------------------------

TOWER = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=3, num_attention_heads=2, projection_dim=6)
WORDS = dict(vocab_size=20, max_position_embeddings=7, bos_token_id=18, eos_token_id=19, pad_token_id=0)
IDS = [[18, 5, 9, 19, 0, 0, 0], [18, 11, 4, 7, 6, 1, 19]]


def text_encoder(projection=False, **config):
    config = transformers.CLIPTextConfig(**{**TOWER, **WORDS, **config})
    kind = transformers.CLIPTextModelWithProjection if projection else transformers.CLIPTextModel
    model, tensors = filled(kind(config))
    ids = torch.tensor(IDS)
    out = model(input_ids=ids, output_hidden_states=True)
    tower = model.text_model if projection else model
    norm = tower.final_layer_norm
    states = {"last": out.last_hidden_state if not projection else norm(out.hidden_states[-1])}
    states["penultimate"] = norm(out.hidden_states[-2])
    if projection:
        states["projected"] = out.text_embeds
    else:
        states["pooled"] = out.pooler_output
    outputs = {name: stored(value) for name, value in states.items()}
    return {"kind": "text", "config": config.to_dict(), "tensors": tensors, "ids": IDS, "outputs": outputs}


def image_encoder(**config):
    config = transformers.CLIPVisionConfig(**{**TOWER, "image_size": 8, "patch_size": 4, **config})
    model, tensors = filled(transformers.CLIPVisionModelWithProjection(config))
    pixels = noise("pixels", (2, 8, 8, 3))
    out = model(pixel_values=pixels.permute(0, 3, 1, 2))
    outputs = {"embedding": stored(out.image_embeds)}
    return {"kind": "image", "config": config.to_dict(), "tensors": tensors, "outputs": outputs}


def towers():
    config = transformers.CLIPConfig(
        text_config={**TOWER, **WORDS}, vision_config={**TOWER, "image_size": 8, "patch_size": 4}, projection_dim=6,
    )
    model, tensors = filled(transformers.CLIPModel(config))
    pixels = noise("pixels", (2, 8, 8, 3))
    out = model(input_ids=torch.tensor(IDS), pixel_values=pixels.permute(0, 3, 1, 2))
    outputs = {"text": stored(out.text_embeds), "image": stored(out.image_embeds)}
    return {"kind": "towers", "config": config.to_dict(), "tensors": tensors, "ids": IDS, "outputs": outputs}


def clip_cases():
    prefixed = lambda name: f"text_model.{name}"
    return {
        "CLIPTextModel, quick_gelu": text_encoder(),
        "OpenCLIP form: gelu, the legacy end marker, names with text_model.":
            renamed(text_encoder(hidden_act="gelu", eos_token_id=2, layer_norm_eps=1e-3), prefixed),
        "CLIPTextModelWithProjection": text_encoder(projection=True),
        "CLIPVisionModelWithProjection": image_encoder(hidden_act="gelu"),
        "CLIPModel": towers(),
    }


def fuzz_clip(rng):
    heads = rng.choice([1, 2, 4])
    size = heads * rng.choice([4, 8])
    acts = ["quick_gelu", "gelu", "gelu_new", "gelu_pytorch_tanh", "relu", "silu"]
    config = dict(
        hidden_size=size, num_attention_heads=heads, intermediate_size=rng.choice([8, 24]), hidden_act=rng.choice(acts),
        num_hidden_layers=rng.randint(2, 4), projection_dim=rng.choice([4, 6]), layer_norm_eps=rng.choice([1e-5, 1e-2]),
    )
    if rng.random() < 0.3:
        return image_encoder(**config)
    return text_encoder(projection=rng.random() < 0.5, eos_token_id=rng.choice([2, 19]), **config)


# --- U-Nets -------------------------------------------------------------------------------------------------------

def unet(kind, config, batch=2, size=(8, 8), tokens=5, labels=None, mask=False, timesteps=(7.0, 981.0)):
    """A U-Net's output for the inputs that its config asks for; `labels`: (name, shape) of vectors, or a list."""
    model, tensors = filled(getattr(diffusers, kind)(**config))
    waves = model.time_proj.forward
    model.time_proj.forward = lambda t: waves(t).double()  # for class labels the reference forgets to cast
    case = {"kind": "unet", "config": {"_class_name": kind, **config}, "tensors": tensors, "timesteps": list(timesteps)}
    sample = noise("sample", (batch, model.config.in_channels, *size))
    case["sample"] = list(sample.shape)
    given = {}
    if kind == "UNet2DConditionModel":
        dims = model.config.encoder_hid_dim or model.config.cross_attention_dim
        shape = (batch, tokens, dims if isinstance(dims, int) else dims[0])
        given["encoder_hidden_states"] = noise("hidden", shape)
        case["hidden"] = list(shape)
        if mask:
            case["mask"] = [[1] * tokens, [1] * (tokens - 2) + [0] * 2][:batch]
            name = "attention_mask" if "Simple" in str(config["down_block_types"]) else "encoder_attention_mask"
            given[name] = torch.tensor(case["mask"])
        if model.config.time_cond_proj_dim is not None:
            shape = (batch, model.config.time_cond_proj_dim)
            given["timestep_cond"] = noise("timestep_cond", shape)
            case["timestep_cond"] = list(shape)
    if isinstance(labels, list):
        case["labels"] = labels
        given["class_labels"] = torch.tensor(labels)
    elif labels is not None:
        case["labels_shape"] = list(labels)
        given["class_labels"] = noise("labels", labels)
    with torch.no_grad():
        out = model(sample, torch.tensor(timesteps, dtype=torch.float64), **given).sample
    return {**case, "outputs": {"out": stored(out)}}


SMALL = dict(block_out_channels=(8, 16), norm_num_groups=4, layers_per_block=1, sample_size=8)
TEXT = dict(
    **SMALL, cross_attention_dim=12, attention_head_dim=2, down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
    up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
)
KARLO = dict(
    **SMALL, cross_attention_dim=12, attention_head_dim=4, resnet_time_scale_shift="scale_shift",
    down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"), class_embed_type="identity",
    mid_block_type="UNetMidBlock2DSimpleCrossAttn", up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
    in_channels=3, out_channels=6,
)
PIXELS = dict(
    **SMALL, down_block_types=("DownBlock2D", "AttnDownBlock2D"), up_block_types=("AttnUpBlock2D", "UpBlock2D"),
)


def older(name):
    for new, old in [("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")]:
        name = name.replace(f".{new}.", f".{old}.") if "attentions." in name else name
    return name


def unet_cases():
    condition, pixels = "UNet2DConditionModel", "UNet2DModel"
    lists = dict(attention_head_dim=[2, 4], use_linear_projection=True, upcast_attention=True)
    projection = dict(class_embed_type="projection", projection_class_embeddings_input_dim=6)
    ddpm = dict(freq_shift=1, flip_sin_to_cos=False, downsample_padding=0, norm_eps=1e-6, attention_head_dim=None)
    return {
        "Stable Diffusion 1": unet(condition, TEXT),
        "Stable Diffusion 2, odd sizes": unet(condition, {**TEXT, **lists}, size=(6, 7), batch=1, timesteps=[501.0]),
        "Stable unCLIP, a mask": unet(condition, {**TEXT, **lists, **projection}, labels=(2, 6), mask=True),
        "Karlo's decoder": unet(condition, KARLO, labels=(2, 32), mask=True),
        "DDPM, names of older files": renamed(unet(pixels, {**PIXELS, **ddpm}), older),
        "Karlo's super-resolution": unet(pixels, {
            **SMALL, "down_block_types": ("ResnetDownsampleBlock2D",) * 2, "in_channels": 6, "add_attention": False,
            "up_block_types": ("ResnetUpsampleBlock2D",) * 2, "resnet_time_scale_shift": "scale_shift",
        }),
        "classes by number": unet(pixels, {**PIXELS, "num_class_embeds": 5}, labels=[4, 0]),
    }


def fuzz_condition(rng):
    levels = rng.choice([1, 2, 3])
    karlo = rng.random() < 0.4
    down = ["ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"] if karlo else ["DownBlock2D", "CrossAttnDownBlock2D", "AttnDownBlock2D"]
    up = ["ResnetUpsampleBlock2D", "SimpleCrossAttnUpBlock2D"] if karlo else ["UpBlock2D", "CrossAttnUpBlock2D", "AttnUpBlock2D"]
    mids = ["UNetMidBlock2DSimpleCrossAttn", "UNetMidBlock2D", None] if karlo else ["UNetMidBlock2DCrossAttn", "UNetMidBlock2D", None]
    per = lambda pick: [pick() for _ in range(levels)] if rng.random() < 0.5 else pick()
    config = dict(
        block_out_channels=[rng.choice([8, 16]) for _ in range(levels)], norm_num_groups=rng.choice([2, 4]),
        layers_per_block=per(lambda: rng.choice([1, 2])), sample_size=8, in_channels=rng.choice([3, 4]),
        out_channels=rng.choice([3, 4, 6]), down_block_types=[rng.choice(down) for _ in range(levels)],
        up_block_types=[rng.choice(up) for _ in range(levels)], mid_block_type=rng.choice(mids),
        cross_attention_dim=12, attention_head_dim=per(lambda: rng.choice([2, 4])),
        use_linear_projection=rng.random() < 0.5, norm_eps=rng.choice([1e-5, 1e-3]),
        resnet_time_scale_shift=rng.choice(["default", "scale_shift"]), center_input_sample=rng.random() < 0.2,
        act_fn=rng.choice(["silu", "silu", "gelu", "relu", "mish", "swish"]), freq_shift=rng.choice([0, 1]),
        flip_sin_to_cos=rng.random() < 0.5, mid_block_scale_factor=rng.choice([1, 1.5]),
        transformer_layers_per_block=per(lambda: rng.choice([1, 2])), resnet_skip_time_act=rng.random() < 0.3,
        resnet_out_scale_factor=rng.choice([1.0, 1.3]), time_embedding_act_fn=rng.choice([None, "silu"]),
        timestep_post_act=rng.choice([None, "gelu"]), time_cond_proj_dim=rng.choice([None, 5]),
        conv_in_kernel=rng.choice([1, 3]), conv_out_kernel=rng.choice([3, 5]), time_embedding_dim=rng.choice([None, 24]),
        only_cross_attention=rng.random() < 0.2, downsample_padding=1, encoder_hid_dim=rng.choice([None, 10]),
        cross_attention_norm=rng.choice([None, "group_norm"]) if karlo else None,
    )
    if karlo and config["cross_attention_norm"]:
        config["cross_attention_dim"] = 32
    width = config["time_embedding_dim"] or 4 * config["block_out_channels"][0]
    kind = rng.choice([None, "number", "timestep", "identity", "projection", "simple_projection"])
    labels = None
    if kind == "number":
        config["num_class_embeds"], labels = 5, [4, 0]
    elif kind == "timestep":
        config["class_embed_type"], labels = kind, [3.0, 77.0]
    elif kind is not None:
        config["class_embed_type"], labels = kind, (2, width)
        if kind != "identity":
            config["projection_class_embeddings_input_dim"], labels = 6, (2, 6)
    if kind not in (None, "timestep") and rng.random() < 0.3:
        config["class_embeddings_concat"] = True
    size = (8, 8) if karlo else rng.choice([(8, 8), (6, 7), (5, 8)])
    return unet("UNet2DConditionModel", config, size=size, labels=labels, mask=rng.random() < 0.3, tokens=rng.choice([4, 5]))


def fuzz_pixels(rng):
    levels = rng.choice([1, 2, 3])
    config = dict(
        block_out_channels=[rng.choice([8, 16]) for _ in range(levels)], norm_num_groups=rng.choice([2, 4]),
        layers_per_block=rng.choice([1, 2]), sample_size=8, in_channels=3, out_channels=rng.choice([3, 6]),
        down_block_types=[rng.choice(["DownBlock2D", "AttnDownBlock2D", "ResnetDownsampleBlock2D"]) for _ in range(levels)],
        up_block_types=[rng.choice(["UpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D"]) for _ in range(levels)],
        mid_block_type=rng.choice(["UNetMidBlock2D", "UNetMidBlock2D", None]), downsample_padding=rng.choice([0, 1]),
        downsample_type=rng.choice(["conv", "resnet"]), upsample_type=rng.choice(["conv", "resnet"]),
        act_fn=rng.choice(["silu", "gelu"]), attention_head_dim=rng.choice([None, 4, 8]),
        attn_norm_num_groups=rng.choice([None, 2]), add_attention=rng.random() < 0.7, norm_eps=rng.choice([1e-5, 1e-3]),
        resnet_time_scale_shift=rng.choice(["default", "scale_shift"]), freq_shift=rng.choice([0, 1]),
        flip_sin_to_cos=rng.random() < 0.5, mid_block_scale_factor=rng.choice([1, 1.5]),
        center_input_sample=rng.random() < 0.2, time_embedding_dim=rng.choice([None, 24]),
    )
    width = config["time_embedding_dim"] or 4 * config["block_out_channels"][0]
    kind = rng.choice([None, "number", "timestep", "identity"])
    labels = {None: None, "number": [4, 0], "timestep": [3.0, 77.0], "identity": (2, width)}[kind]
    if kind == "number":
        config["num_class_embeds"] = 5
    elif kind:
        config["class_embed_type"] = kind
    return unet("UNet2DModel", config, labels=labels)


def fuzz_unet(rng):
    return fuzz_condition(rng) if rng.random() < 0.7 else fuzz_pixels(rng)


# --- The autoencoder ------------------------------------------------------------------------------------------------

VAE = dict(
    block_out_channels=(8, 16), down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
    norm_num_groups=4, latent_channels=4, sample_size=16,
)


def autoencoder(config, size=(8, 8), batch=2, tiled=False):
    model, tensors = filled(diffusers.AutoencoderKL(**config))
    if tiled:
        model.enable_tiling()
    factor = 2 ** (len(model.config.block_out_channels) - 1)
    pixels = noise("pixels", (batch, model.config.in_channels, *(factor * side for side in size)))
    latents = noise("latents", (batch, model.config.latent_channels, *size))
    with torch.no_grad():
        posterior = model.encode(pixels).latent_dist
        outputs = {"mean": posterior.mean, "logvar": posterior.logvar, "decoded": model.decode(latents).sample}
    return {
        "kind": "vae", "config": {"_class_name": "AutoencoderKL", **config}, "tensors": tensors, "tiled": tiled,
        "pixels": list(pixels.shape), "latents": list(latents.shape),
        "outputs": {name: stored(value) for name, value in outputs.items()},
    }


def vae_cases():
    return {
        "Stable Diffusion's": autoencoder(VAE),
        "names of older files": renamed(autoencoder({**VAE, "layers_per_block": 2}, size=(4, 6), batch=1), older),
        "without quantisation's convolutions and attention": autoencoder(
            {**VAE, "use_quant_conv": False, "use_post_quant_conv": False, "mid_block_add_attention": False},
            size=(4, 4), batch=1),
        "in tiles": autoencoder(VAE, size=(15, 9), batch=1, tiled=True),
    }


def fuzz_vae(rng):
    levels = rng.choice([1, 2, 3])
    config = dict(
        block_out_channels=[rng.choice([8, 16]) for _ in range(levels)], norm_num_groups=rng.choice([2, 4]),
        down_block_types=[rng.choice(["DownEncoderBlock2D", "AttnDownEncoderBlock2D"]) for _ in range(levels)],
        up_block_types=[rng.choice(["UpDecoderBlock2D", "AttnUpDecoderBlock2D"]) for _ in range(levels)],
        layers_per_block=rng.choice([1, 2]), latent_channels=rng.choice([3, 4]), act_fn=rng.choice(["silu", "gelu"]),
        sample_size=16, use_quant_conv=rng.random() < 0.7, use_post_quant_conv=rng.random() < 0.7,
        mid_block_add_attention=rng.random() < 0.7,
    )
    tiled = rng.random() < 0.3
    size = (rng.randint(17, 24), rng.randint(5, 20)) if tiled else (rng.randint(2, 6), rng.randint(2, 6))
    return autoencoder(config, size=size, batch=rng.choice([1, 2]), tiled=tiled)


CASES = {"clip": clip_cases, "unet": unet_cases, "vae": vae_cases}
FUZZ = {"clip": fuzz_clip, "unet": fuzz_unet, "vae": fuzz_vae}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--fuzz", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", choices=sorted(CASES), default=None)
    parser.add_argument("--out", default=None)
    options = parser.parse_args()
    versions = {"torch": torch.__version__, "diffusers": diffusers.__version__, "transformers": transformers.__version__}
    golden = pathlib.Path(__file__).parent.parent / "test" / "golden"
    for kind in [options.kind] if options.kind else sorted(CASES):
        if options.fuzz:
            made = {}
            while len(made) < options.fuzz:
                rng = random.Random(f"{options.seed} {len(made)}")
                name = f"{kind} {options.seed} {len(made)}"
                try:
                    made[name] = FUZZ[kind](rng)
                except Exception as error:  # the reference can't make or run this config
                    print(name, type(error).__name__, str(error)[:150])
                    made[name] = None
        else:
            made = CASES[kind]()
        path = pathlib.Path(options.out) if options.out else golden / f"components-{kind}.json"
        path.write_text(json.dumps({"versions": versions, "cases": made}, separators=(",", ":")) + "\n")
        print(path, path.stat().st_size)
