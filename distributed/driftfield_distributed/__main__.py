"""`torchrun --nproc-per-node N -m driftfield_distributed run/`: trains an exported run, and writes the trained model."""

import argparse
import json
import os
import sys
from pathlib import Path

import torch

from .errors import RunError
from .model_folder import export_model
from .program import Options
from .ranks import join, leave
from .run_folder import open_run
from .train import Trainer, TrainOptions

HALF = {"fp32": None, "tf32": None, "bf16": torch.bfloat16}


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="driftfield_distributed", description=__doc__)
    parser.add_argument("run", type=Path, help="the folder that `driftfield train <preset> --export-run` wrote")
    parser.add_argument("--pictures", type=Path, help="packed pictures, where they aren't in <run>/pictures")
    parser.add_argument("--models", type=Path, help="models that the run builds on, instead of those packed in it")
    parser.add_argument("--export", type=Path, help="the folder of models that the trained one is written into")
    parser.add_argument("--steps", type=int, help="stop after this step (the run's own)")
    parser.add_argument("--until", type=int, help="save and leave after this step, to go on later as if never stopped")
    parser.add_argument("--minutes", type=float, help="stop after so long, the rate falling to zero by then")
    parser.add_argument("--precision", choices=HALF, default="fp32", help="what matrix products read (fp32)")
    parser.add_argument("--compile", choices=["auto", "yes", "no"], default="auto", help="torch.compile; auto: on GPUs")
    parser.add_argument("--cuda-graphs", action="store_true", help="record each step's kernels once (with --compile)")
    parser.add_argument("--device", choices=["cuda", "cpu"], help="cuda where there is one")
    parser.add_argument("--threads", type=int, help="threads of one process on a CPU")
    parser.add_argument("--checkpoint-every", type=float, default=60, help="seconds between checkpoints (60)")
    parser.add_argument("--checkpoint-steps", type=int, help="steps between checkpoints, instead of seconds")
    return parser.parse_args(argv)


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


def main(argv: list[str] | None = None) -> int:
    told = arguments(argv)
    if told.threads:
        torch.set_num_threads(told.threads)
    torch.set_float32_matmul_precision("high" if told.precision == "tf32" else "highest")
    try:
        run = open_run(told.run, told.pictures)
        ranks = join(told.device)
        compiled = told.compile == "yes" or (told.compile == "auto" and ranks.device.type == "cuda")
        options = TrainOptions(
            steps=told.steps,
            minutes=told.minutes,
            until=told.until,
            program=Options(ranks.device, HALF[told.precision], compiled, told.cuda_graphs),
            checkpoint_every=told.checkpoint_every,
            checkpoint_steps=told.checkpoint_steps,
            **models_of(told.models),
        )
        trainer = Trainer(run, ranks, options)
        trainer.train()
        if told.export and ranks.first:
            export_model(trainer, told.export)
        leave()
    except RunError as error:
        print(f"{error}", file=sys.stderr)
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            os._exit(1)  # the others may wait in an exchange: torchrun ends them
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
