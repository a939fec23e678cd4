"""An exported sampling (`driftfield sample --export`), checked before the first picture: format, files, checksums."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from . import safetensors_file
from .errors import RunError
from .onnx_graph import Graph, parse_graph
from .run_folder import read_checked

FORMAT = "driftfield-sampling"
DESCRIPTION = "sampling.json"
AGAIN = "export it again with `driftfield sample --export`, and copy all of it"


@dataclass
class Sampling:
    folder: Path
    described: dict

    @property
    def id(self) -> str:
        return self.described["id"]

    def graph(self, part: str) -> Graph:
        entry = self.described["parts"][part]
        path = self.folder / entry["graph"]
        return parse_graph(read_checked(path, entry["graph_sha256"], AGAIN), path)

    def weights(self, part: str, graph: Graph, given: set[str], device: torch.device) -> dict[str, Tensor]:
        """What the graph reads besides `given`, in float32."""
        entry = self.described["parts"][part]
        path = self.folder / entry["weights"]
        read_checked(path, entry["weights_sha256"], AGAIN)
        stored, _ = safetensors_file.read(path)
        weights = {}
        for name, value in graph.inputs.items():
            if name in given:
                continue
            if name not in stored or stored[name].shape != value.shape:
                raise RunError(f"{path} is of another model: {name} isn't {list(value.shape)}", AGAIN)
            weights[name] = torch.from_numpy(stored[name].astype(np.float32)).to(device)
        return weights


def is_sampling(folder: Path) -> bool:
    return (folder / DESCRIPTION).exists()


def open_sampling(folder: Path) -> Sampling:
    """Reads and checks sampling.json. Raises RunError where it is damaged or of another version."""
    path = folder / DESCRIPTION
    try:
        described = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise RunError(f"{path} can't be read: {error}", AGAIN) from error
    if described.get("format") != FORMAT or described.get("version") != 1:
        raise RunError(f"{path} isn't a sampling of version 1", AGAIN)
    return Sampling(folder, described)
