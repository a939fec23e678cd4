"""The exported denoiser's training step beside the same network by hand in compiled PyTorch: a step each in turn.

    npx tsx bench/denoiser-run.ts /tmp/bench 64
    PYTHONPATH=distributed python bench/denoiser_side.py /tmp/bench/run [--device cuda --precision bf16]

Prints a table: time of a step (the least of all turns), samples a second, share of the device's peak, time until the
first step was done (compiling, with empty caches), and the ratio of the two.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", tempfile.mkdtemp())  # compile times are those of a first run

import torch
from torch.utils.flop_counter import FlopCounterMode

sys.path.insert(0, str(Path(__file__).resolve().parent))

from denoiser_by_hand import ByHand, Denoiser, load, rotary
from driftfield_distributed import safetensors_file
from driftfield_distributed.program import Options
from driftfield_distributed.ranks import join
from driftfield_distributed.run_folder import open_run
from driftfield_distributed.train import Trainer, TrainOptions

PEAKS = {("H100", "bf16"): 989e12, ("H200", "bf16"): 989e12, ("A100", "bf16"): 312e12, ("H100", "tf32"): 494e12}
KEEP = 0.999


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--compile", choices=["yes", "no"], default="yes")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--only", choices=["ours", "theirs"])
    parser.add_argument("--profile", type=Path, help="where a table of kernels of each side goes")
    return parser.parse_args()


def ours(told, run, ranks, half):
    # The text encoder has a language of its own in the run: its weights are frozen and part of the step.
    program = Options(ranks.device, half, told.compile == "yes")
    trainer = Trainer(run, ranks, TrainOptions(program=program))
    batch = trainer.batches.make(0)
    return trainer, batch, lambda: trainer.step(batch, [1e-4, 1.0, 1.0], KEEP)[0]


def theirs(told, run, trainer, batch, half):
    model_folder = run.folder / "model" / "emoji"
    config = json.loads((model_folder / "transformer" / "config.json").read_text())
    frozen, _ = safetensors_file.read(run.folder / run.described["frozen"])
    width, length = frozen["text_model.embeddings.position_embedding.weight"].shape[::-1]
    layers = {name.split(".")[3] for name in frozen if name.startswith("text_model.encoder.layers.")}
    text = {
        "hidden_size": width, "num_attention_heads": width // 64, "max_position_embeddings": length,
        "intermediate_size": frozen["text_model.encoder.layers.0.mlp.fc1.bias"].shape[0],
        "num_hidden_layers": len(layers), "vocab_size": len(frozen["text_model.embeddings.token_embedding.weight"]),
    }  # fmt: skip
    model = Denoiser(config, text).to(trainer.ranks.device)
    stored = {name: torch.from_numpy(value.copy()) for name, value in trainer.state.numpy("parameter").items()}
    stored |= {name: torch.from_numpy(value.copy()) for name, value in frozen.items()}
    load(model, stored)
    tables = rotary(run.described["batch"]["latents"]["shape"][2:], config["attention_head_dim"], trainer.ranks.device)
    with FlopCounterMode(display=False) as counter:
        model(batch, *tables).backward()
    model.zero_grad(set_to_none=True)
    by_hand = ByHand(model, run.settings, half, told.compile == "yes")
    return counter.get_total_flops(), lambda: by_hand.step(batch, tables, KEEP)


def timed(step, device) -> tuple[float, float]:
    began = time.perf_counter()
    loss = step()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - began, loss.item()


def profiled(steps, device, folder: Path) -> None:
    kinds = [torch.profiler.ProfilerActivity.CPU] + [torch.profiler.ProfilerActivity.CUDA] * (device.type == "cuda")
    for name, step in steps.items():
        with torch.profiler.profile(activities=kinds) as profile:
            timed(step, device)
        by = "self_cuda_time_total" if device.type == "cuda" else "self_cpu_time_total"
        table = profile.key_averages().table(sort_by=by, row_limit=60, max_name_column_width=70)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.txt").write_text(table)


def main() -> None:
    told = arguments()
    torch.set_num_threads(told.threads)
    half = torch.bfloat16 if told.precision == "bf16" else None
    run, ranks = open_run(told.run), join(told.device)
    trainer, batch, our_step = ours(told, run, ranks, half)
    flops, their_step = theirs(told, run, trainer, batch, half)
    steps = {"ours": our_step, "theirs": their_step}
    steps = {name: step for name, step in steps.items() if told.only in (None, name)}
    first = {name: timed(step, ranks.device) for name, step in steps.items()}
    print({name: f"first step {seconds:.1f} s, loss {loss:.6f}" for name, (seconds, loss) in first.items()}, file=sys.stderr)
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(told.turns):
        for name, step in steps.items():
            times[name].append(timed(step, ranks.device)[0])
    if told.profile:
        profiled(steps, ranks.device, told.profile)
    rows = run.described["batch_size"]
    device = torch.cuda.get_device_name() if ranks.device.type == "cuda" else f"CPU, {told.threads} threads"
    peak = next((peak for (name, kind), peak in PEAKS.items() if name in device and kind == told.precision), None)
    print(f"{device}, {told.precision}, batch {rows}, {flops / rows / 1e9:.2f} GFLOP a sample, PyTorch {torch.__version__}")
    print("| | ms a step | samples/s | TFLOP/s | of peak | first step, s |\n|---|---|---|---|---|---|")
    for name, taken in times.items():
        least = min(taken)
        share = "" if peak is None else f"{flops / least / peak:.1%}"
        print(
            f"| {name} | {least * 1e3:.1f} | {rows / least:.0f} | {flops / least / 1e12:.3f} | {share} "
            f"| {first[name][0]:.1f} |"
        )
    if len(times) == 2:
        print(f"\nratio of the least: {min(times['ours']) / min(times['theirs']):.3f}")


if __name__ == "__main__":
    main()
