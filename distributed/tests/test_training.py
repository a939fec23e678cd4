"""Training here is training in TypeScript: losses, states, resumed runs, several processes, lost workers."""

import json
import os
import signal
import subprocess
import time
import unittest
from pathlib import Path

import numpy as np

from .fixture import FOLDER, copy_of, distance, tensors
from .launch import HERE, command, environment, run_process, train
from .watch import moved

AGREED = 1e-4  # with TypeScript after 50 steps
RANKS_AGREED = 1e-5


def state(folder):
    return tensors(folder / "checkpoint.safetensors")


class Training(unittest.TestCase):
    def trained(self, preset, *options, run=None, **how):
        folder = run or copy_of(preset)
        status, said = train(folder, *options, **how)
        self.assertEqual(status, 0, said)
        return folder

    def assert_same_run(self, preset, folder, tolerance=AGREED):
        wanted = state(FOLDER / f"{preset}-here")
        self.assertLessEqual(distance(state(folder), wanted), tolerance)

    def test_fifty_steps_of_the_denoiser_equal_typescripts(self):
        folder = self.trained("emoji", "--checkpoint-steps", "1000")
        self.assert_same_run("emoji", folder)
        losses = json.loads((FOLDER / "emoji-losses.json").read_text())
        logged = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
        self.assertGreater(len(logged), 0)
        for line in logged:
            self.assertAlmostEqual(line["loss"], losses[line["step"] - 1], delta=AGREED)

    def test_every_other_preset_equals_typescripts(self):
        for preset in ("vae", "clip", "face-judge", "spiral"):
            with self.subTest(preset):
                self.assert_same_run(preset, self.trained(preset))

    def test_a_run_begun_in_typescript_goes_on_here(self):
        folder = copy_of("emoji")
        half = (FOLDER / "emoji-half-here" / "checkpoint.safetensors").read_bytes()
        (folder / "checkpoint.safetensors").write_bytes(half)
        self.assert_same_run("emoji", self.trained("emoji", run=folder))

    def test_a_run_begun_here_goes_on_in_typescript(self):
        folder = self.trained("emoji", "--until", "25")
        node = ["node", "--import", "tsx", "distributed/tests/resume.ts", str(FOLDER), str(folder)]
        status, said = run_process(node, HERE.parent)
        self.assertEqual(status, 0, said)
        self.assert_same_run("emoji", folder)

    def test_two_and_four_processes_equal_one(self):
        for preset in ("vae", "clip", "face-judge", "spiral"):
            alone = state(self.trained(preset))
            for processes in (2, 4):
                with self.subTest(preset, processes=processes):
                    together = state(self.trained(preset, processes=processes))
                    self.assertLessEqual(distance(together, alone), RANKS_AGREED)

    def test_a_worker_killed_at_step_20_of_50_changes_nothing(self):
        folder = copy_of("emoji")
        launcher = ("--nproc-per-node", "2", "--max-restarts", "2", "--monitor-interval", "0.2")
        child = subprocess.Popen(
            command(folder, "--checkpoint-steps", "5", torchrun=launcher),
            env=environment(), cwd=HERE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        moved()
        try:
            killed = kill_one_worker(child.pid, folder)
            moved()
            _, said = child.communicate(timeout=200)
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
        self.assertEqual(child.returncode, 0, said)
        self.assertTrue(killed)
        self.assert_same_run("emoji", folder)


def kill_one_worker(launcher, folder):
    """Waits for the checkpoint of step 20, then kills one of the launcher's workers as kill -9 does."""
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline:
        time.sleep(0.05)
        try:
            step = json.loads(header(folder / "checkpoint.safetensors"))["__metadata__"]["step"]
        except (OSError, ValueError, KeyError):
            continue
        if int(step) >= 20:
            children = Path(f"/proc/{launcher}/task/{launcher}/children").read_text().split()
            if not children:
                return False
            os.kill(int(children[-1]), 9)
            return True
    return False


def header(path):
    with open(path, "rb") as file:
        size = int(np.frombuffer(file.read(8), "<u8")[0])
        return file.read(size)


if __name__ == "__main__":
    unittest.main()
