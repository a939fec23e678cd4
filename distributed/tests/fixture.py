"""The folder that fixture.ts wrote, and helpers to compare with it."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from driftfield_distributed import safetensors_file

FOLDER = Path(os.environ["DRIFTFIELD_FIXTURE"])


def tensors(path: Path) -> dict[str, np.ndarray]:
    return safetensors_file.read(path)[0]


def distance(found: dict[str, np.ndarray], wanted: dict[str, np.ndarray]) -> float:
    """The largest difference of any number, over the largest number of its tensor (at least 1)."""
    assert found.keys() == wanted.keys()
    return max(
        float(np.abs(np.float64(found[name]) - wanted[name]).max() / max(1.0, np.abs(wanted[name]).max()))
        for name in wanted
        if wanted[name].size
    )


def copy_of(name: str) -> Path:
    """A run of its own to train in."""
    folder = Path(tempfile.mkdtemp()) / name
    shutil.copytree(FOLDER / name, folder)
    return folder
