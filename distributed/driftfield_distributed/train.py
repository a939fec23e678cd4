"""The training loop: gradients by one graph, their average over the processes, the update by another."""

import json
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor

from . import safetensors_file
from .batches import Batches, prefetched
from .errors import RunError
from .onnx_graph import Graph, read_graph
from .program import Options, Program
from .ranks import Ranks, agree
from .run_folder import Run
from .schedule import corrections, ema_keep, rate_at, steps_at_once
from .state import GROUPS, State, load_state, save_state

CHECK_EVERY = 20  # steps, on a GPU: reading a loss waits for the device


@dataclass(frozen=True)
class TrainOptions:
    steps: int | None = None
    minutes: float | None = None
    until: int | None = None
    program: Options = Options(torch.device("cpu"))
    checkpoint_every: float = 60.0  # seconds
    checkpoint_steps: int | None = None
    encoder: dict | None = None  # another autoencoder than the run's
    frozen: Path | None = None  # other weights that don't learn than the run's


class Trainer:
    def __init__(self, run: Run, ranks: Ranks, options: TrainOptions):
        self.run, self.ranks, self.options = run, ranks, options
        self.checkpoint = run.folder / "checkpoint.safetensors"
        self.state = load_state(run, self.checkpoint if self.checkpoint.exists() else None, ranks.device)
        self.gradients = Program(gradient_graph(run, ranks), options.program)
        flat = {f"{group}/{part}": f"in/{group}/{part}" for group in GROUPS for part in self.state.parts}
        self.update = Program(read_graph(run.folder / run.described["graphs"]["update"]), options.program, flat)
        self.records = [name for name in self.gradients.outputs if name.startswith("record/")]
        self.gradient = self.state.buffers(ranks.device)
        self.gradient_views = list(self.state.cut(self.gradient).values())
        self.parameters = {f"in/parameter/{name}": view for name, view in self.state.views["parameter"].items()}
        self.frozen = self.frozen_weights()
        agree(ranks, {"run": run.id, "step": self.state.step, "options": facts_of(options)})
        self.batches = Batches(run, ranks, options.encoder)
        self.clock, self.clock_due = 0.0, 0  # the share of --minutes that has passed, and the step to look again

    def frozen_weights(self) -> dict[str, Tensor]:
        if not self.run.described["frozen"]:
            return {}
        path = self.options.frozen or self.run.folder / self.run.described["frozen"]
        stored, _ = safetensors_file.read(path)
        known = {*self.parameters, *self.run.described["batch"]}
        weights = {}
        for name, value in gradient_graph(self.run, self.ranks).inputs.items():
            if name in known:
                continue
            if name not in stored or stored[name].shape != value.shape:
                raise RunError(f"{path} is of another model: {name} isn't {list(value.shape)}", "name the right models")
            weights[name] = torch.from_numpy(stored[name].astype("float32")).to(self.ranks.device)
        return weights

    def step(self, batch: dict[str, Tensor], numbers: list[float], keep: float) -> Tensor:
        """One step; returns the records, the gradient's norm last, averaged over the processes (on the device)."""
        out = self.gradients({**self.parameters, **self.frozen, **batch})
        torch._foreach_copy_(self.gradient_views, [out[f"gradient/{slot.name}"] for slot in self.state.slots])
        records = torch.stack([out[name].reshape(()) for name in self.records])
        if self.ranks.count > 1:
            for tensor in (*self.gradient.values(), records):
                dist.all_reduce(tensor)
                tensor /= self.ranks.count
        device = self.ranks.device
        flat = {f"in/{group}/{part}": self.state.flat[group][part] for group in GROUPS for part in self.state.parts}
        shaped = {name: values.view(-1, 16) if name.endswith("/decay") else values for name, values in flat.items()}
        result = self.update(
            {
                **shaped,
                **{
                    f"gradient/{part}": values.view(-1, 16) if part == "decay" else values
                    for part, values in self.gradient.items()
                },
                "numbers": torch.tensor(numbers, dtype=torch.float32).to(device, non_blocking=True),
                "emaKeep": torch.tensor(keep, dtype=torch.float32).to(device, non_blocking=True),
            }
        )
        return torch.cat([records, result["record/gradientNorm"].reshape(1)])

    def train(self) -> None:
        settings, state = self.run.settings, self.state
        steps = self.options.steps or (math.inf if self.options.minutes else settings["steps"])
        start = state.step
        at_once = steps_at_once(settings["steps_per_run"], steps - start) if steps > start else 1
        end = 2**62 if steps == math.inf else int(steps)
        end = end if self.options.until is None else min(end, self.options.until)
        log = Log(self.run.folder, self.ranks, self.run.described["batch_size"], start)
        pending: list[tuple[int, Tensor]] = []
        for step, batch in prefetched(self.batches, start, end):
            fraction = self.fraction(step, steps, log.began)
            if fraction >= 1:
                break
            rate = rate_at(step, fraction, settings["rate"], settings["warmup"], settings["cooldown"])
            numbers = [rate, *corrections(step, settings["beta1"], settings["beta2"])]
            keep = ema_keep(step, start, at_once, settings["ema_decay"])
            pending.append((step, self.step(batch, numbers, keep)))
            if self.ranks.device.type == "cpu" or len(pending) >= CHECK_EVERY:
                self.check(pending, rate, fraction, log)
            state.step = step + 1
            if log.checkpoint_due(state.step, self.options):
                self.check(pending, rate, fraction, log)
                self.save(log)
        if pending:
            self.check(pending, 0.0, 1.0, log)
        if state.step > start:
            self.save(log)

    def fraction(self, step: int, steps: float, began: float) -> float:
        by_step = step / steps
        if self.options.minutes is None:
            return by_step
        if step >= self.clock_due:
            self.clock = self.first_clock((time.monotonic() - began) / (60 * self.options.minutes))
            self.clock_due = step + (1 if self.ranks.device.type == "cpu" else CHECK_EVERY)
        return max(by_step, self.clock)

    def first_clock(self, passed: float) -> float:
        """Clocks differ: the first process's counts. On a GPU, asking waits for the device, so it is asked seldom."""
        if self.ranks.count == 1:
            return passed
        told = torch.tensor(passed, dtype=torch.float64, device=self.ranks.device)
        dist.broadcast(told, 0)
        return told.item()

    def check(self, pending: list[tuple[int, Tensor]], rate: float, fraction: float, log: "Log") -> None:
        """Reads the losses of the steps since the last check; a bad one ends the run at its last checkpoint."""
        for step, records in pending:
            *values, norm = records.tolist()
            named = dict(zip((name.removeprefix("record/") for name in self.records), values))
            if not (math.isfinite(named["loss"]) and math.isfinite(norm)):
                raise RunError(
                    f"the loss of step {step + 1} (batch {step}) is {named['loss']}, the gradient's norm {norm}; "
                    "the run is back at its last checkpoint",
                    "go on from there with a lower rate: export the run again with --resume and a lower --rate",
                )
            log.step(step, named, norm, rate, fraction)
        pending.clear()

    def save(self, log: "Log") -> None:
        if self.ranks.first:
            save_state(self.run, self.state, self.checkpoint)
        log.saved = time.monotonic()


def facts_of(options: TrainOptions) -> str:
    """What all processes must have been told alike, for their steps and numbers to be one run's."""
    told = {name: getattr(options, name) for name in ("steps", "minutes", "until", "checkpoint_steps")}
    program = options.program
    return repr({**told, "precision": program.half, "compile": program.compile, "cuda_graphs": program.cuda_graphs})


def gradient_graph(run: Run, ranks: Ranks) -> Graph:
    graphs = run.described["graphs"]["gradients"]
    if str(ranks.count) not in graphs:
        raise RunError(
            f"the run has no graph for {ranks.count} processes: it has them for {', '.join(graphs)}",
            "start as many processes as that, or export it with another --batch-size",
        )
    return read_graph(run.folder / graphs[str(ranks.count)])


class Log:
    """log.jsonl, a line on standard error now and then, and when the next checkpoint is due: the first process's."""

    def __init__(self, folder: Path, ranks: Ranks, samples: int, start: int):
        self.path, self.ranks, self.samples, self.start = folder / "log.jsonl", ranks, samples, start
        self.began = self.saved = time.monotonic()
        self.said = 0.0

    def step(self, step: int, named: dict[str, float], norm: float, rate: float, fraction: float) -> None:
        now = time.monotonic()
        if not self.ranks.first or now - self.said < 5:
            return
        self.said = now
        done = step + 1 - self.start
        speed = done / (now - self.began)
        loss = named.pop("loss")
        left = (1 - fraction) / fraction * (now - self.began) if fraction > 0 else None
        line = {
            "step": step + 1, "loss": loss, "gradientNorm": norm, "rate": rate, "stepsPerSecond": speed,
            "samplesPerSecond": speed * self.samples, "secondsLeft": left, "extra": named,
        }  # fmt: skip
        with open(self.path, "a") as file:
            file.write(json.dumps(line) + "\n")
        said = f"step {step + 1}, loss {loss:.4g}, gradient {norm:.3g}, {speed * self.samples:.0f} samples/s"
        print(said, file=sys.stderr, flush=True)

    def checkpoint_due(self, step: int, options: TrainOptions) -> bool:
        """By steps where they are told; else by the clock, for the first process alone: it saves. Asks no device."""
        if options.checkpoint_steps:
            return step % options.checkpoint_steps == 0
        return self.ranks.first and time.monotonic() - self.saved > options.checkpoint_every
