"""The trained model as a folder: the run's skeleton (configs, tokenizer, notices) with the running average in it."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from . import safetensors_file
from .latents import encode, encoder_program, shown
from .pictures import load_pictures
from .run_folder import Run

if TYPE_CHECKING:
    from .train import Trainer

SAMPLED = 2048  # pictures that the latents' statistics are measured on
AT_ONCE = 32


def export_model(trainer: "Trainer", folder: Path) -> None:
    """Writes the model into a folder of models, as `driftfield train --export` does: EMA weights in half precision."""
    run, skeleton = trainer.run, trainer.run.folder / "model"
    frozen = {name: values.float().cpu().numpy() for name, values in trainer.frozen.items()}
    trained = frozen | trainer.state.numpy("ema")
    for path in sorted(skeleton.rglob("*")):
        target = folder / path.relative_to(skeleton)
        if path.is_dir():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if not path.name.endswith(".safetensors.json"):
            shutil.copyfile(path, target)
            continue
        kinds = {name: safetensors_file.DTYPES[entry["dtype"]] for name, entry in json.loads(path.read_text()).items()}
        tensors = {name: trained[name].astype(kind) for name, kind in kinds.items()}
        weights = target.with_name(target.name.removesuffix(".json"))
        safetensors_file.write(weights, tensors, {"step": str(trainer.state.step)})
    if run.described["encoder"]:
        describe_latents(run, folder, trainer.ranks.device)


def describe_latents(run: Run, folder: Path, device: torch.device) -> None:
    """Each latent channel's mean and deviation over training pictures on white, into the autoencoder's config.json."""
    described = run.described["encoder"]
    pictures = load_pictures(run)
    program, weights = encoder_program(run.folder / described["graph"], folder / described["weights"], device)
    colours = torch.tensor(run.described["backgrounds"], dtype=torch.int32, device=device)
    stride = max(1, len(pictures) // SAMPLED)
    whole = len(pictures) // (AT_ONCE * stride) * AT_ONCE
    numbers = torch.arange(whole, device=device) * stride
    plain = torch.zeros((AT_ONCE, 2), dtype=torch.uint8, device=device)  # not mirrored, on the first colour: white
    found = []
    for part in numbers.split(AT_ONCE):
        pixels = shown(pictures, part, plain, colours)
        found.append(encode(program, weights, pixels, described["batch"])[: len(part)].double().flatten(0, 2))
    if not found:
        return
    values = torch.cat(found)
    mean = values.mean(0)
    std = (values.square().mean(0) - mean.square()).clamp(min=1e-8).sqrt()
    path = folder / described["config"]
    config = json.loads(path.read_text())
    config["latents_mean"], config["latents_std"] = rounded(mean), rounded(std)
    path.write_text(json.dumps(config, indent=2) + "\n")


def rounded(values: torch.Tensor) -> list[float]:
    return [float(np.format_float_positional(value, 6, fractional=False)) for value in values.cpu().numpy()]
