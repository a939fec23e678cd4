"""Parameters, moments and running average in flat buffers, and the checkpoint files that TypeScript reads and writes."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from . import safetensors_file
from .counter import LOW, NORMAL, counter_normal, philox
from .errors import RunError
from .run_folder import Run, Slot

GROUPS = ("parameter", "moment1", "moment2", "ema")
UNIFORM = 1


class State:
    """`flat[group][part]`: one buffer for each group and each of "decay" and "plain"; `views[group][slot]` lie in it."""

    def __init__(self, run: Run, device: torch.device):
        self.slots = run.slots
        self.step = 0
        layout = run.described["layout"]
        self.parts = {part: layout[part] for part in ("decay", "plain") if layout[part]}
        self.flat = {group: self.buffers(device) for group in GROUPS}
        self.views = {group: self.cut(self.flat[group]) for group in GROUPS}

    def buffers(self, device: torch.device) -> dict[str, Tensor]:
        return {part: torch.zeros(size, device=device) for part, size in self.parts.items()}

    def cut(self, flat: dict[str, Tensor]) -> dict[str, Tensor]:
        return {
            slot.name: flat[slot.group][slot.offset : slot.offset + slot.size].view(slot.shape) for slot in self.slots
        }

    def fill(self, group: str, values: dict[str, np.ndarray]) -> None:
        for name, view in self.views[group].items():
            view.copy_(torch.from_numpy(np.array(values[name], dtype=np.float32)).reshape(view.shape))

    def numpy(self, group: str) -> dict[str, np.ndarray]:
        return {name: view.cpu().numpy() for name, view in self.views[group].items()}


def first_values(slot: Slot, seed: int, stream: int) -> np.ndarray:
    """As initialState in src/training/state.ts: each slot draws from its own stream."""
    kind, size = slot.init["kind"], slot.size
    if kind == "constant":
        return np.full(slot.shape, slot.init["value"], np.float32)
    if kind == "normal":
        draws = counter_normal(seed, stream, 0, 0, size).double() * slot.init["scale"]
    else:
        blocks = torch.arange((size + 3) // 4, dtype=torch.int64)
        words = philox((seed & LOW, seed >> 32), blocks, stream, torch.tensor(0), UNIFORM).reshape(-1)[:size]
        draws = ((words >> 8).double() * 2.0**-24 * 2 - 1) * slot.init["scale"]
    return draws.float().numpy().reshape(slot.shape)


def load_state(run: Run, path: Path | None, device: torch.device) -> State:
    """The state in a checkpoint; without one, the run's first values, which follow from its seed."""
    state = State(run, device)
    if path is None:
        assert NORMAL == 0
        values = {
            slot.name: first_values(slot, run.described["seed"], stream) for stream, slot in enumerate(state.slots)
        }
        state.fill("parameter", values)
        state.fill("ema", values)
        return state
    tensors, metadata = safetensors_file.read(path)
    for slot in state.slots:
        for group in GROUPS:
            found = tensors.get(f"{group}/{slot.name}")
            if found is None or found.shape != slot.shape:
                what = "missing" if found is None else f"{list(found.shape)}"
                raise RunError(
                    f"{path} is of another model: {group}/{slot.name} is {what}, not {list(slot.shape)}",
                    "remove it, or name the run that it belongs to",
                )
    if not metadata.get("step", "").isdigit():
        raise RunError(f"{path} doesn't say at which step it was saved", "start the run anew")
    for group in GROUPS:
        state.fill(group, {slot.name: tensors[f"{group}/{slot.name}"] for slot in state.slots})
    state.step = int(metadata["step"])
    return state


def save_state(run: Run, state: State, path: Path) -> None:
    tensors = {f"{group}/{name}": value for group in GROUPS for name, value in state.numpy(group).items()}
    metadata = {"task": run.described["task"], "seed": str(run.described["seed"]), "step": str(state.step)}
    safetensors_file.write(path, tensors, metadata)
