"""`torchrun --nproc-per-node N -m driftfield_distributed <folder>`: trains an exported run and writes the trained model,
or makes the pictures of an exported sampling."""

import argparse
import json
import os
import sys
from pathlib import Path

import torch

from .errors import RunError
from .model_folder import export_model
from .picture_files import FORMATS, PictureFiles
from .program import Options
from .ranks import Ranks, join, leave
from .run_folder import open_run
from .sample import sample_all
from .sampling_folder import is_sampling, open_sampling
from .train import Trainer, TrainOptions

HALF = {"fp32": None, "tf32": None, "bf16": torch.bfloat16}


def parsers() -> tuple[argparse.ArgumentParser, dict[str, list[str]]]:
    """The parser, and the names of the options that belong to training and to sampling alone."""
    parser = argparse.ArgumentParser(prog="driftfield_distributed", description=__doc__)
    parser.add_argument("folder", type=Path, help="what `driftfield train --export-run` or `sample --export` wrote")
    parser.add_argument("--precision", choices=HALF, default="fp32", help="what matrix products read (fp32)")
    parser.add_argument("--compile", choices=["auto", "yes", "no"], default="auto", help="torch.compile; auto: on GPUs")
    parser.add_argument("--cuda-graphs", action="store_true", help="record each step's kernels once (with --compile)")
    parser.add_argument("--device", choices=["cuda", "cpu"], help="cuda where there is one")
    parser.add_argument("--threads", type=int, help="threads of one process on a CPU")
    train = parser.add_argument_group("of an exported run")
    sample = parser.add_argument_group("of an exported sampling")
    of = {
        "training": [
            train.add_argument("--pictures", type=Path, help="packed pictures, where they aren't in <folder>/pictures"),
            train.add_argument("--models", type=Path, help="models to build on, instead of those packed in the run"),
            train.add_argument("--export", type=Path, help="the folder of models that the trained one is written into"),
            train.add_argument("--steps", type=int, help="stop after this step (the run's own)"),
            train.add_argument("--until", type=int, help="save and leave after this step, as if never stopped"),
            train.add_argument("--minutes", type=float, help="stop after so long, the rate falling to zero by then"),
            train.add_argument("--checkpoint-every", type=float, help="seconds between checkpoints (60)"),
            train.add_argument("--checkpoint-steps", type=int, help="steps between checkpoints, instead of seconds"),
        ],
        "sampling": [
            sample.add_argument("--out", type=Path, help="where the pictures go (<folder>/pictures)"),
            sample.add_argument("--format", choices=FORMATS, help="a PNG each, or an array a batch (png)"),
        ],
    }
    return parser, {kind: [action.dest for action in actions] for kind, actions in of.items()}


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Raises RunError for an option that the folder has no use for."""
    parser, of = parsers()
    told = parser.parse_args(argv)
    told.sampling = is_sampling(told.folder)
    for name in of["training" if told.sampling else "sampling"]:
        if getattr(told, name) is not None:
            kind = "a sampling" if told.sampling else "a run to train"
            raise RunError(f"--{name.replace('_', '-')} has no meaning here: {told.folder} is {kind}", "leave it out")
    return told


def models_of(folder: Path | None) -> dict:
    """The autoencoder in a folder of models, and the text encoder where it has one, for the run of a denoiser."""
    if folder is None:
        return {}
    vae, text = folder / "emoji" / "vae", folder / "emoji" / "text_encoder" / "model.safetensors"
    try:
        config = json.loads((vae / "config.json").read_text())
    except OSError as error:
        raise RunError(f"there is no autoencoder in {folder}", "name a folder of models with --models") from error
    encoder = {"weights": vae / "diffusion_pytorch_model.safetensors"}
    encoder |= {"mean": config["latents_mean"], "std": config["latents_std"]}
    return {"encoder": encoder, "frozen": text if text.exists() else None}


def train(told: argparse.Namespace) -> None:
    run = open_run(told.folder, told.pictures)
    ranks = join(told.device)
    options = TrainOptions(
        steps=told.steps,
        minutes=told.minutes,
        until=told.until,
        program=program_options(told, ranks),
        checkpoint_every=60.0 if told.checkpoint_every is None else told.checkpoint_every,
        checkpoint_steps=told.checkpoint_steps,
        **models_of(told.models),
    )
    trainer = Trainer(run, ranks, options)
    trainer.train()
    if told.export and ranks.first:
        export_model(trainer, told.export)


def sample(told: argparse.Namespace) -> None:
    sampling = open_sampling(told.folder)
    ranks = join(told.device)
    facts = {"sampling": sampling.id, "precision": told.precision}
    files = PictureFiles(told.out or told.folder / "pictures", told.format or "png", facts)
    with torch.inference_mode():
        sample_all(sampling, ranks, program_options(told, ranks), files)


def program_options(told: argparse.Namespace, ranks: Ranks) -> Options:
    compiled = told.compile == "yes" or (told.compile == "auto" and ranks.device.type == "cuda")
    return Options(ranks.device, HALF[told.precision], compiled, told.cuda_graphs)


def main(argv: list[str] | None = None) -> int:
    try:
        told = arguments(argv)
        if told.threads:
            torch.set_num_threads(told.threads)
        torch.set_float32_matmul_precision("high" if told.precision == "tf32" else "highest")
        (sample if told.sampling else train)(told)
        leave()
    except RunError as error:
        print(f"{error}", file=sys.stderr)
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            os._exit(1)  # the others may wait in an exchange: torchrun ends them
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
