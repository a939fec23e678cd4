"""CLIP's towers as transformers computes them, tiny: cases of oracle/components.py."""

import torch
import transformers

from component_weights import filled, noise, renamed, stored

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
