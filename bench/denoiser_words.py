"""What the denoiser makes of a caption at each strength of noise, beside a regression on the caption's words.

    driftfield train emoji --export-run runs/words
    PYTHONPATH=distributed python bench/denoiser_words.py runs/words --models models [--checkpoint other.safetensors]

For each data set: the flow's mean squared error at several times with the right caption and with another picture's, over
128 training pictures (of a run with `--objective noise`: the error of the flow that its noise implies, at equal
signal-to-noise); and what linear regression from the words of the caption alone leaves of the latents (fitted to
40,000 captions, measured on pictures that it didn't see). Near t = 1 there is nothing to go by but the words: a denoiser
that has learned to read leaves less there than the regression does.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from driftfield_distributed.__main__ import models_of
from driftfield_distributed.program import Options
from driftfield_distributed.ranks import join
from driftfield_distributed.run_folder import open_run
from driftfield_distributed.state import load_state
from driftfield_distributed.train import Trainer, TrainOptions

TIMES = (0.35, 0.65, 0.8, 0.9, 0.99)
PICTURES, BATCH = 128, 64


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--models", type=Path, help="as in training")
    parser.add_argument("--checkpoint", type=Path, help="instead of the run's own")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def captions(trainer):
    """Rows, tokens and ends of what the run stores, a sample a row; captions of no words left out."""
    columns = trainer.batches.columns
    rows, ids, ends = (columns[name].reshape(-1, columns[name].shape[-1]) for name in ("row", "ids", "end"))
    said = ends[:, 0] > 1
    return rows[said, 0].astype(np.int64), ids[said].astype(np.int32), ends[said, 0].astype(np.int32)


def words_alone(latents, rows, ids, ends, variants):
    """What is left of the latents' mean square after a ridge regression on which words the caption has."""
    words = np.zeros((len(rows), int(ids.max()) + 2), np.float32)
    for row, tokens, end in zip(words, ids, ends, strict=True):
        row[tokens[1:end]] = 1
    words[:, -1] = 1
    unseen = rows // variants % 10 == 0
    fitted = np.flatnonzero(~unseen)[:40_000]
    measured = np.flatnonzero(unseen)[:4000]
    known = words[fitted].sum(0) > 5
    x, y = words[fitted][:, known], latents[rows[fitted]].reshape(len(fitted), -1).numpy()
    weights = np.linalg.solve(x.T @ x + 10 * np.eye(x.shape[1], dtype=np.float32), x.T @ y)
    truth = latents[rows[measured]].reshape(len(measured), -1).numpy()
    return float(np.square(truth - words[measured][:, known] @ weights).mean())


def place(trainer, time):
    """(alpha, sigma, the network's time, what makes its squared error the flow's) where sigma / alpha is that of `time`."""
    columns = trainer.batches.columns
    if "sigma" not in columns:
        return 1 - time, time, time * 1000, 1
    # Noise e off by d puts the latents (x - sigma e) / alpha off by -d sigma / alpha, so e - latents by d / (1 - time).
    nearest = np.abs(columns["sigma"] - time / np.hypot(1 - time, time)).argmin()
    return *(float(columns[name].flat[nearest]) for name in ("alpha", "sigma", "time")), 1 / (1 - time) ** 2


def error(trainer, ema, picked, time, noise):
    """(with the right caption, with another picture's)."""
    alpha, sigma, told, factor = place(trainer, time)
    rows, ids, ends = (torch.from_numpy(values) for values in picked)
    latents = trainer.batches.latents[rows]
    shape = trainer.run.described["batch"]["latents"]["shape"][1:]
    sums = [0.0, 0.0]
    for part in torch.arange(len(rows)).split(BATCH):
        for other in (0, 1):
            batch = {
                "latents": latents[part].reshape(-1, *shape),
                "noise": noise[part].reshape(-1, *shape),
                "alpha": torch.full((BATCH,), alpha),
                "sigma": torch.full((BATCH,), sigma),
                "time": torch.full((BATCH,), told),
                "ids": ids[part].roll(other, 0),
                "end": ends[part].roll(other, 0),
            }
            sums[other] += float(trainer.gradients({**ema, **trainer.frozen, **batch})["record/loss"])
    return [factor * value * BATCH / len(rows) for value in sums]


def main():
    told = arguments()
    torch.set_num_threads(told.threads)
    run = open_run(told.run)
    trainer = Trainer(run, join("cpu"), TrainOptions(program=Options(torch.device("cpu")), **models_of(told.models)))
    state = load_state(run, told.checkpoint, torch.device("cpu")) if told.checkpoint else trainer.state
    ema = {f"in/parameter/{name}": value for name, value in state.views["ema"].items()}
    latents = trainer.batches.latents
    variants = run.described["latents"]["variants"]
    rows, ids, ends = captions(trainer)
    first = 0
    print(f"step {state.step}\n\n| | words alone | " + " | ".join(f"t {time}" for time in TIMES) + " |")
    print("|---|---:|" + "---:|" * len(TIMES))
    for pictures in run.described["pictures"]:
        pick = np.flatnonzero((rows >= first * variants) & (rows < (first + pictures["count"]) * variants))
        first += pictures["count"]
        alone = words_alone(latents, rows[pick], ids[pick], ends[pick], variants)
        few = [values[pick[:PICTURES]] for values in (rows, ids, ends)]
        noise = torch.randn((PICTURES, latents[0].numel()), generator=torch.Generator().manual_seed(0))
        with torch.no_grad():
            found = [error(trainer, ema, few, time, noise) for time in TIMES]
        for name, which in ((pictures["name"], 0), ("with another's caption", 1)):
            cells = " | ".join(f"{values[which]:.3f}" for values in found)
            print(f"| {name} | {'' if which else f'{alone:.3f}'} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
