"""The packed pictures of a run, and how a batch shows them: mirrored, moved, on a colour, shrunk. All in integers."""

import fcntl
import json
import os
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor

from .errors import RunError
from .run_folder import AGAIN, Run, read_checked


def load_pictures(run: Run) -> Tensor | None:
    """All pictures as straight RGBA bytes (N, S, S, 4), unpacked once into a file beside the packs and mapped."""
    sets = run.described["pictures"]
    if not sets:
        return None
    size, count = sets[0]["size"], sum(entry["count"] for entry in sets)
    marks = "-".join(entry["hash"][:12] for entry in sets)
    path = run.pictures_folder / f"unpacked-{marks}.bin"
    shape = (count, size, size, 4)
    with open(path.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one process of the machine unpacks, the others wait for it
        if not path.exists() or path.stat().st_size != int(np.prod(shape)):
            partial = path.with_suffix(f".{os.getpid()}.tmp")
            unpacked = np.memmap(partial, np.uint8, "w+", shape=shape)
            first = 0
            for entry in sets:
                unpack(run, entry, unpacked[first : first + entry["count"]])
                first += entry["count"]
            unpacked.flush()
            partial.replace(path)
    return torch.from_numpy(np.memmap(path, np.uint8, "c", shape=shape))  # "c": torch wants a writable array


def unpack(run: Run, entry: dict, out: np.ndarray) -> None:
    index_path = run.pictures_folder / f"{entry['name']}.json"
    try:
        index = json.loads(index_path.read_text())
    except (OSError, ValueError) as error:
        raise RunError(f"the pictures of {entry['name']} are missing: {index_path}", AGAIN) from error
    if index["hash"] != entry["hash"]:
        raise RunError(f"{index_path} is of other pictures than the run's", AGAIN)
    at = 0
    with ThreadPoolExecutor() as pool:
        for part in index["files"]:
            data = read_checked(run.pictures_folder / part["file"], part["sha256"])
            ends = np.cumsum(part["lengths"])
            pieces = [data[end - length : end] for end, length in zip(ends, part["lengths"])]
            for piece in pool.map(zlib.decompress, pieces):
                out[at] = np.frombuffer(piece, np.uint8).reshape(out.shape[1:])
                at += 1


def compose(rgba: Tensor, colours: Tensor, flip: Tensor) -> Tensor:
    """(n, S, S, 4) over colours (n, 3), mirrored where `flip`: (n, S, S, 3) bytes, rounded as src/data/compose.ts."""
    rgba = torch.where(flip.reshape(-1, 1, 1, 1).bool(), rgba.flip(2), rgba).int()
    alpha = rgba[..., 3:]
    return (rgba[..., :3] * alpha + colours.int().reshape(-1, 1, 1, 3) * (255 - alpha) + 127) // 255


def move(pixels: Tensor, dx: Tensor, dy: Tensor, colours: Tensor) -> Tensor:
    """Moved by (dx, dy) pixels each; what comes in from outside has the background's colour."""
    n, size = pixels.shape[:2]
    places = torch.arange(size, device=pixels.device)
    rows, columns = places - dy.reshape(-1, 1), places - dx.reshape(-1, 1)
    inside = ((rows >= 0) & (rows < size))[:, :, None] & ((columns >= 0) & (columns < size))[:, None, :]
    picked = pixels[
        torch.arange(n, device=pixels.device)[:, None, None],
        rows.clamp(0, size - 1)[:, :, None],
        columns.clamp(0, size - 1)[:, None, :],
    ]
    return torch.where(inside[..., None], picked, colours.int().reshape(-1, 1, 1, 3))


def shrink(pixels: Tensor, factor: int) -> Tensor:
    """Each place the mean of factor * factor pixels, rounded half up."""
    if factor == 1:
        return pixels
    n, size = pixels.shape[:2]
    side, area = size // factor, factor * factor
    total = pixels.reshape(n, side, factor, side, factor, 3).sum((2, 4))
    return (2 * total + area) // (2 * area)
