"""What diffusers' and transformers' own models compute, tiny and with random weights: writes test/golden/models.json.

    python oracle/models.py         (torch 2.13, diffusers 0.42, transformers 5.23, pillow 13, CPU)

Weights and inputs lie on a grid of 1/1024, exact in float32; outputs are computed in float64. Pictures are resized by PIL.
src/models/transformer/transformer.test.ts and src/models/clip/clip.test.ts compare.
"""

import json
import pathlib
import platform

import diffusers
import numpy as np
import PIL
import torch
import transformers
from PIL import Image

torch.manual_seed(7)
GRID = 1024


def on_grid(x):
    return torch.round(x.double() * GRID) / GRID


def numbers(x, digits=9):
    return [float(f"{value:.{digits}g}") for value in x.detach().double().flatten().tolist()]


def stored(x):
    return {"shape": list(x.shape), "data": numbers(x)}


def randomised(model):
    """The model in float64 with every parameter random (norms around 1), so that no term hides behind a zero."""
    model = model.double().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            around = 1.0 if "norm" in name and name.endswith("weight") else 0.0
            parameter.copy_(on_grid(around + 0.25 * torch.randn(parameter.shape)))
    return model, {name: stored(value) for name, value in model.named_parameters()}


def denoiser():
    config = dict(
        patch_size=(1, 2, 2), num_attention_heads=2, attention_head_dim=12, in_channels=3, out_channels=3, text_dim=8,
        freq_dim=16, ffn_dim=24, num_layers=2, cross_attn_norm=True, qk_norm="rms_norm_across_heads", eps=1e-6,
    )
    model, weights = randomised(diffusers.WanTransformer3DModel(**config, rope_max_seq_len=16))
    x = on_grid(torch.randn(2, 3, 2, 4, 6))
    time = torch.tensor([999.0, 37.5], dtype=torch.float64)
    text = on_grid(torch.randn(2, 5, 8))
    y = model(hidden_states=x, timestep=time, encoder_hidden_states=text, return_dict=False)[0]
    inputs = {"x": stored(x), "time": stored(time), "text": stored(text)}
    return {"config": {"_class_name": "WanTransformer3DModel", **config}, "weights": weights, **inputs, "y": stored(y)}


def clip():
    tower = dict(
        hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2, hidden_act="quick_gelu",
        layer_norm_eps=1e-5,
    )
    text = dict(**tower, vocab_size=12, max_position_embeddings=6)
    vision = dict(**tower, image_size=8, patch_size=4)
    shared = dict(projection_dim=6, logit_scale_init_value=2.0)
    ends = dict(bos_token_id=2, eos_token_id=3, pad_token_id=0)
    model = transformers.CLIPModel(transformers.CLIPConfig(text_config={**text, **ends}, vision_config=vision, **shared))
    model, weights = randomised(model)
    ids = torch.tensor([[2, 5, 9, 3, 0, 0], [2, 11, 4, 7, 6, 3]])
    pixels = on_grid(torch.randn(2, 3, 8, 8))
    hidden = model.text_model(input_ids=ids).last_hidden_state
    out = model(input_ids=ids, pixel_values=pixels)
    return {
        "config": {"model_type": "clip", **shared, "text_config": text, "vision_config": vision},
        "weights": weights,
        "ids": ids.tolist(),
        "pixels": stored(pixels.permute(0, 2, 3, 1)),
        "hidden": stored(hidden),
        "text_embeds": stored(out.text_embeds),
        "image_embeds": stored(out.image_embeds),
    }


def pictures():
    """Shortest edge to `size` (bicubic), the middle cut out: CLIPImageProcessor's steps."""
    rng = np.random.default_rng(3)
    cases = []
    for width, height, size in [(23, 16, 8), (7, 12, 16), (16, 16, 16)]:
        data = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
        short = min(width, height)
        scaled = Image.fromarray(data).resize((size * width // short, size * height // short), Image.BICUBIC)
        left, top = (scaled.width - size) // 2, (scaled.height - size) // 2
        square = np.asarray(scaled.crop((left, top, left + size, top + size)))
        case = {"width": width, "height": height, "size": size, "data": data.flatten().tolist()}
        cases.append({**case, "square": square.flatten().tolist()})
    return cases


golden = {
    "versions": {
        "python": platform.python_version(), "torch": torch.__version__, "diffusers": diffusers.__version__,
        "transformers": transformers.__version__, "pillow": PIL.__version__, "numpy": np.__version__,
    },
    "denoiser": denoiser(),
    "clip": clip(),
    "pictures": pictures(),
}
path = pathlib.Path(__file__).parent.parent / "test" / "golden" / "models.json"
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
