"""The batches of a run: for each step and process the same numbers that the TypeScript trainer makes.

What was drawn by rules in words (which picture, its tokens) is stored in the run; what are plain numbers is computed.
A step beyond the stored ones repeats their choices, with noise and times of its own.
"""

import queue
import threading
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from .counter import counter_normal
from .latents import load_latents
from .pictures import compose, load_pictures, move, shrink
from .ranks import Ranks
from .run_folder import Run, read_columns

TORCH = {"float32": torch.float32, "int32": torch.int32, "uint8": torch.uint8}
RESIDENT = 0.4  # of the device's free memory that pictures may take; otherwise they stay mapped on the host


class Batches:
    def __init__(self, run: Run, ranks: Ranks, encoder: dict | None = None):
        self.run, self.ranks = run, ranks
        described = run.described
        self.rows = described["batch_size"] // ranks.count
        self.first = self.rows * ranks.rank
        self.seed = described["recipe_seed"]
        self.stored = described["stored_steps"]
        self.columns = read_columns(run)
        self.colours = torch.tensor(described["backgrounds"], dtype=torch.int32, device=ranks.device)
        kinds = {entry["source"]["kind"] for entry in described["batch"].values()}
        pictures = load_pictures(run) if kinds & {"pictures", "latents"} else None
        self.latents = load_latents(run, pictures, ranks, encoder) if "latents" in kinds else None
        self.pictures = self.resident(pictures) if "pictures" in kinds else None

    def resident(self, values: Tensor) -> Tensor:
        if self.ranks.device.type != "cuda":
            return values
        free, _ = torch.cuda.mem_get_info(self.ranks.device)
        return values.to(self.ranks.device) if values.nbytes < RESIDENT * free else values

    def column(self, name: str, step: int) -> Tensor:
        rows = self.columns[name][step % self.stored, self.first : self.first + self.rows]
        return torch.from_numpy(np.ascontiguousarray(rows)).to(self.ranks.device, non_blocking=True)

    def whole(self, name: str, step: int) -> Tensor:
        """A column of one whole number a sample, as an index."""
        return self.column(name, step).reshape(-1).long()

    def make(self, step: int) -> dict[str, Tensor]:
        """This process's share of the batch of `step` (from 0)."""
        return {name: self.input(name, entry, step) for name, entry in self.run.described["batch"].items()}

    def input(self, name: str, entry: dict, step: int) -> Tensor:
        shape = (self.rows, *entry["shape"][1:])
        source = entry["source"]
        if source["kind"] == "column":
            values = self.column(name, step)
        elif source["kind"] == "normal":
            values = self.normal(source["sample"], step, int(np.prod(shape)) // self.rows)
        elif source["kind"] == "flow-time":
            values = flow_time(self.normal(source["sample"], step, 1), source.get("shift", 1), source["part"])
        elif source["kind"] == "latents":
            values = self.latents[self.whole("row", step).to(self.latents.device)]
        else:
            values = self.shown(step, source["factor"])
        return values.to(self.ranks.device, TORCH[entry["dtype"]]).reshape(shape)

    def normal(self, sample: int, step: int, width: int) -> Tensor:
        return counter_normal(self.seed, sample, step, self.first * width, self.rows * width, self.ranks.device)

    def shown(self, step: int, factor: int) -> Tensor:
        rgba = self.pictures[self.whole("picture", step).to(self.pictures.device)].to(self.ranks.device)
        colours = self.colours[self.whole("background", step)]
        pixels = compose(rgba, colours, self.whole("flip", step))
        if "dx" in self.columns:
            pixels = move(pixels, self.whole("dx", step), self.whole("dy", step), colours)
        return shrink(pixels, factor)


def flow_time(z: Tensor, shift: float, part: str) -> Tensor:
    t = shift / (shift + torch.exp(-z.double()))
    return (1 - t if part == "alpha" else t if part == "sigma" else t * 1000).float()


def prefetched(batches: Batches, start: int, end: int, ahead: int = 3) -> Iterator[tuple[int, dict[str, Tensor]]]:
    """(step, batch) from `start` to below `end`, made by a thread a few steps ahead; on a GPU the device queues them."""
    if batches.ranks.device.type == "cuda":
        for step in range(start, end):
            yield step, batches.make(step)
        return
    ready: queue.Queue = queue.Queue(ahead)
    stop = threading.Event()

    def fill() -> None:
        try:
            for step in range(start, end):
                if stop.is_set():
                    return
                ready.put((step, batches.make(step)))
            ready.put(None)
        except BaseException as error:  # handed over: the trainer stops with it
            ready.put(error)

    threading.Thread(target=fill, daemon=True).start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        while not ready.empty():
            ready.get_nowait()
