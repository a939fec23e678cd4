"""Latents of all pictures and variants, made where the run is: they are too many to travel."""

import zlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from . import safetensors_file
from .errors import RunError
from .onnx_graph import read_graph
from .pictures import compose
from .program import Options, Program
from .ranks import Ranks
from .run_folder import Run, read_checked


def load_latents(run: Run, pictures: Tensor, ranks: Ranks, encoder: dict | None) -> Tensor:
    """
    (pictures * variants, C, h, w), normalised: row picture * variants + variant. `encoder`, where given, is another
    autoencoder than the run's: {"weights": path, "mean": [...], "std": [...]}.
    """
    described = run.described["latents"]
    chosen = encoder or {**described, "weights": run.folder / described["weights"]}
    checked = described["views"]
    views = np.frombuffer(zlib.decompress(read_checked(run.folder / checked["file"], checked["sha256"])), np.uint8)
    views = torch.from_numpy(views.copy()).reshape(-1, 2).to(ranks.device)
    program, weights = encoder_program(run.folder / described["graph"], chosen["weights"], ranks.device)
    colours = torch.tensor(run.described["backgrounds"], dtype=torch.int32, device=ranks.device)
    rows = torch.arange(len(views), device=ranks.device)
    latents = []
    for part in rows.split(described["batch"]):
        pixels = shown(pictures, part // described["variants"], views[part], colours)
        latents.append(encode(program, weights, pixels, described["batch"])[: len(part)])
    return normalised(torch.cat(latents), chosen["mean"], chosen["std"])


def encoder_program(graph_path: Path, weights_path: Path, device: torch.device) -> tuple[Program, dict[str, Tensor]]:
    graph = read_graph(graph_path)
    stored, _ = safetensors_file.read(weights_path)
    weights = {}
    for name, value in graph.inputs.items():
        if name == "pixels":
            continue
        if name not in stored or stored[name].shape != value.shape:
            raise RunError(
                f"{weights_path} holds another autoencoder: {name} isn't {list(value.shape)}",
                "name the autoencoder that belongs to the run",
            )
        weights[name] = torch.from_numpy(stored[name].astype(np.float32)).to(device)
    return Program(graph, Options(device)), weights


def shown(pictures: Tensor, numbers: Tensor, views: Tensor, colours: Tensor) -> Tensor:
    rgba = pictures[numbers.to(pictures.device)].to(colours.device)
    return compose(rgba, colours[views[:, 1].long()], views[:, 0]).to(torch.uint8)


def encode(program: Program, weights: dict[str, Tensor], pixels: Tensor, batch: int) -> Tensor:
    """(n, h, w, C) of n <= batch pictures, the rest of the batch left blank."""
    full = torch.zeros((batch, *pixels.shape[1:]), dtype=torch.uint8, device=pixels.device)
    full[: len(pixels)] = pixels
    return program({"pixels": full, **weights})["latents"]


def normalised(latents: Tensor, mean: list[float], std: list[float]) -> Tensor:
    """(n, h, w, C) to (n, C, h, w), each channel of mean 0 and deviation 1 over the pictures."""
    mean_, std_ = (torch.tensor(values, dtype=torch.float64, device=latents.device) for values in (mean, std))
    return ((latents.double() - mean_) / std_).float().permute(0, 3, 1, 2).contiguous()
