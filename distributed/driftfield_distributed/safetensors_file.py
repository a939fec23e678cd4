"""Safetensors files, read by memory map and written whole or not at all; the checksum is src/files/safetensors.ts's."""

import hashlib
import json
import os
import struct
from pathlib import Path

import numpy as np

from .errors import RunError

DTYPES = {"F32": np.float32, "F16": np.float16, "I32": np.int32, "I64": np.int64, "U8": np.uint8, "U16": np.uint16}
NAMES = {np.dtype(dtype): name for name, dtype in DTYPES.items()}


def read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The tensors (views of the mapped file) and the metadata. Raises RunError for a damaged or missing file."""
    try:
        data = np.memmap(path, np.uint8, "r")
        size = struct.unpack("<Q", data[:8].tobytes())[0]
        header = json.loads(data[8 : 8 + size].tobytes())
    except (OSError, ValueError, struct.error) as error:
        raise RunError(f"{path} can't be read: {error}", "copy the file again, whole") from error
    metadata = header.pop("__metadata__", {})
    body = data[8 + size :]
    if "sha256" in metadata and hashlib.sha256(body).hexdigest() != metadata["sha256"]:
        raise RunError(f"{path} is damaged: its numbers aren't those written", "copy the file again")
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        if end > len(body):
            raise RunError(f"{path} is cut short at {name}", "copy the file again, whole")
        tensors[name] = body[begin:end].view(DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors, metadata


def write(path: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str]) -> None:
    """Writes to a file beside `path` that then takes its place: what is at `path` is whole at any moment."""
    arrays = {name: np.ascontiguousarray(value).reshape(value.shape) for name, value in tensors.items()}
    ordered = sorted(arrays.items(), key=lambda item: (-item[1].itemsize, item[0]))
    digest = hashlib.sha256()
    header, at = {}, 0
    for name, value in ordered:
        digest.update(value.tobytes() if value.ndim == 0 else memoryview(value).cast("B"))
        header[name] = {
            "dtype": NAMES[value.dtype], "shape": list(value.shape), "data_offsets": [at, at + value.nbytes],
        }  # fmt: skip
        at += value.nbytes
    described = dict(sorted({**metadata, "sha256": digest.hexdigest()}.items()))
    text = json.dumps({"__metadata__": described, **header}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    partial = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with open(partial, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, value in ordered:
            file.write(value.tobytes())
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
