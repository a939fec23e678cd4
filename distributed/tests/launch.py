"""Starts the command line: in this process where one is enough, else in forked ones that needn't import PyTorch again.

Real processes by torchrun are the lost worker's (test_training.py) and by `python -m` the errors' (test_errors.py).
"""

import contextlib
import io
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import torch

from .watch import moved
from driftfield_distributed.__main__ import main

HERE = Path(__file__).resolve().parent.parent
PATIENCE = 200  # seconds that one start may take
torch.set_num_threads(1)
os.environ["PYTHONPATH"] = str(HERE)
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["driftfield_distributed.__main__"])


def arguments(folder, *options):
    return [str(folder), "--device", "cpu", *options]


def train(folder, *options, processes=1):
    """Status and standard error of one command, by one process or by several that know each other."""
    if processes > 1:
        return train_each([arguments(folder, *options)] * processes)
    moved()
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        status = guarded(arguments(folder, *options))
    moved()
    return status, said.getvalue()


def guarded(argv):
    try:
        return main(argv)
    except SystemExit as leaving:
        return leaving.code
    except Exception:
        traceback.print_exc()
        return 1


def train_each(commands):
    """As torchrun: one process a command, with ranks in this order; where one fails, the others are ended."""
    moved()
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    with tempfile.TemporaryDirectory() as logs:
        paths = [Path(logs) / str(rank) for rank in range(len(commands))]
        ranks = [
            FORKS.Process(target=worker, args=(argv, rank, len(commands), port, str(paths[rank])), daemon=True)
            for rank, argv in enumerate(commands)
        ]
        for rank in ranks:
            rank.start()
        deadline = time.monotonic() + PATIENCE
        while any(rank.is_alive() for rank in ranks):
            if any(rank.exitcode not in (None, 0) for rank in ranks) or time.monotonic() > deadline:
                break
            time.sleep(0.02)
        time.sleep(0 if time.monotonic() > deadline else 0.2)  # others may be saying the same
        late = [rank for rank in ranks if rank.is_alive()]
        for rank in late:
            rank.kill()
        for rank in ranks:
            rank.join()
        said = "".join(path.read_text() for path in paths if path.exists())
    moved()
    own = [rank.exitcode for rank in ranks if rank not in late and rank.exitcode != 0]
    return (own[0] if own else -9 if late else 0), said


def worker(argv, rank, count, port, log):
    descriptor = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.dup2(descriptor, 2)
    os.environ |= {
        "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(count), "LOCAL_WORLD_SIZE": str(count),
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
    }  # fmt: skip
    torch.set_num_threads(1)
    sys.exit(guarded(argv))


def command(folder, *options, torchrun=()):
    """The words of a real command; `torchrun`: options of the launcher."""
    launcher = ["-m", "torch.distributed.run", "--standalone", *torchrun] if torchrun else []
    return [sys.executable, *launcher, "-m", "driftfield_distributed", *arguments(folder, *options)]


def environment():
    return {**os.environ, "PYTHONPATH": str(HERE), "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}


def run_process(words, cwd=HERE):
    moved()
    result = subprocess.run(words, env=environment(), capture_output=True, text=True, timeout=PATIENCE, cwd=cwd)
    moved()
    return result.returncode, result.stderr
