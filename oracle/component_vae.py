"""The autoencoder as diffusers computes it, tiny: cases of oracle/components.py."""

import diffusers
import torch

from component_weights import filled, noise, older, renamed, stored

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
