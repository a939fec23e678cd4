"""Pictures of a sampling as files, batch by batch, so that what is there isn't made again.

`<out>/sampling.json` says of which sampling they are. A batch is there when its `batch-000012.json` is: it is written
after its pictures, and lists them. The first process joins the lists into `index.json` at the end.
"""

import hashlib
import io
import json
import os
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from .errors import RunError

FORMATS = ("png", "npy")


class PictureFiles:
    """`facts`: what all pictures of a folder have in common; a folder with other ones is refused."""

    def __init__(self, out: Path, kind: str, facts: dict):
        self.out, self.kind, self.facts = out, kind, {**facts, "format": kind}

    def open(self) -> None:
        """By the first process, before any picture. Raises RunError where the folder has pictures of something else."""
        path = self.out / "sampling.json"
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            found = json.loads(path.read_text()) if path.exists() else None
        except (OSError, ValueError) as error:
            raise RunError(f"{self.out} can't be used: {error}", "name another folder with --out") from error
        if found is None:
            write_whole(path, json.dumps(self.facts).encode())
            return
        for name, value in self.facts.items():
            if found.get(name) != value:
                raise RunError(
                    f"{self.out} holds pictures of another {name}: {found.get(name)}, not {value}",
                    "name another folder with --out, or go on as it was begun",
                )

    def listing(self, batch: int) -> Path:
        return self.out / f"batch-{batch:06}.json"

    def is_there(self, batch: int) -> bool:
        return self.listing(batch).exists()

    def write(self, batch: int, first: int, pictures: np.ndarray, told: list[dict]) -> None:
        """Pictures (n, H, W, 3) of numbers from `first`; `told`: what is listed of each (prompt, seed)."""
        names = [f"{first + i:07}.png" for i in range(len(pictures))]
        if self.kind == "png":
            with ThreadPoolExecutor() as pool:
                list(pool.map(lambda name, pixels: write_whole(self.out / name, png(pixels)), names, pictures))
        else:
            names = [f"batch-{batch:06}.npy"] * len(pictures)
            content = io.BytesIO()
            np.save(content, pictures)
            write_whole(self.out / names[0], content.getvalue())
        entries = [
            {"file": name, **facts, "sha256": hashlib.sha256(pixels.tobytes()).hexdigest()}
            for name, facts, pixels in zip(names, told, pictures)
        ]
        write_whole(self.listing(batch), json.dumps(entries).encode())

    def finish(self, batches: int) -> None:
        entries = [entry for batch in range(batches) for entry in json.loads(self.listing(batch).read_text())]
        write_whole(self.out / "index.json", json.dumps({**self.facts, "pictures": entries}).encode())


def write_whole(path: Path, data: bytes) -> None:
    """At every moment the path holds nothing, the old file or the whole new one."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    partial.write_bytes(data)
    os.replace(partial, path)


def png(pixels: np.ndarray) -> bytes:
    """An 8-bit RGB picture (H, W, 3); each row as its difference to the one above (filter 2)."""
    height, width, _ = pixels.shape
    above = np.concatenate([np.zeros_like(pixels[:1]), pixels[:-1]])
    rows = np.concatenate([np.full((height, 1), 2, np.uint8), (pixels - above).reshape(height, -1)], 1)
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows.tobytes())),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
