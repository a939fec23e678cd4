"""An exported run, checked before the first step: format, files, checksums."""

import hashlib
import json
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .errors import RunError

AGAIN = "export the run again with `driftfield train <preset> --export-run`, and copy all of it"


@dataclass(frozen=True)
class Slot:
    name: str
    shape: tuple[int, ...]
    init: dict
    group: str  # "decay" or "plain": the flat buffer that it lies in
    offset: int

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64))


@dataclass
class Run:
    folder: Path
    pictures_folder: Path
    described: dict

    @property
    def id(self) -> str:
        return self.described["id"]

    @property
    def settings(self) -> dict:
        return self.described["settings"]

    @property
    def slots(self) -> list[Slot]:
        return [Slot(**{**slot, "shape": tuple(slot["shape"])}) for slot in self.described["slots"]]


def open_run(folder: Path, pictures: Path | None = None) -> Run:
    """Reads and checks run.json. Raises RunError where it is missing, of another version, or was changed."""
    path = folder / "run.json"
    try:
        described = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise RunError(f"there is no exported run in {folder}", AGAIN) from error
    if described.get("format") != "driftfield-run" or described.get("version") != 1:
        raise RunError(f"{path} isn't a run of version 1", AGAIN)
    return Run(folder, pictures or folder / "pictures", described)


def read_checked(path: Path, sha256: str, hint: str = AGAIN) -> bytes:
    """The bytes of a file of the run. Raises RunError where it is missing or another one."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RunError(f"{path} is missing", hint) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise RunError(f"{path} belongs to another run, or is damaged", hint)
    return data


def read_columns(run: Run) -> dict[str, np.ndarray]:
    """Every column as (steps, batch, width)."""
    rows = run.described["batch_size"]
    columns = {}
    for name, column in run.described["columns"].items():
        parts = [
            np.frombuffer(zlib.decompress(read_checked(run.folder / part["file"], part["sha256"])), column["dtype"])
            for part in column["files"]
        ]
        columns[name] = np.concatenate(parts).reshape(-1, rows, column["width"])
    return columns
