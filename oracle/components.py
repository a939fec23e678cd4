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


CASES = {"clip": clip_cases}
FUZZ = {"clip": fuzz_clip}

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
                made[f"{kind} {options.seed} {len(made)}"] = FUZZ[kind](rng)
        else:
            made = CASES[kind]()
        path = pathlib.Path(options.out) if options.out else golden / f"components-{kind}.json"
        path.write_text(json.dumps({"versions": versions, "cases": made}, separators=(",", ":")) + "\n")
        print(path, path.stat().st_size)
