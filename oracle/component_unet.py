"""U-Nets as diffusers computes them, tiny: cases of oracle/components.py."""

import diffusers
import torch

from component_weights import filled, noise, older, renamed, stored


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
