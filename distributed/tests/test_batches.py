"""Batches and first values are TypeScript's, bit for bit (latents, which another engine encodes, to rounding)."""

import unittest

import numpy as np
import torch

from .fixture import FOLDER, copy_of, tensors
from driftfield_distributed.batches import Batches
from driftfield_distributed.ranks import Ranks
from driftfield_distributed.run_folder import open_run
from driftfield_distributed.state import load_state

CPU = torch.device("cpu")


class BatchesAreTypeScripts(unittest.TestCase):
    def check(self, preset):
        run = open_run(copy_of(preset))
        batches = Batches(run, Ranks(0, 1, CPU))
        for step in (0, 2):
            wanted = tensors(FOLDER / f"{preset}-batch-{step}.safetensors")
            found = batches.make(step)
            self.assertEqual(found.keys(), wanted.keys())
            for name, value in wanted.items():
                result = found[name].numpy()
                self.assertEqual(result.dtype, value.dtype, name)
                if name == "latents":
                    np.testing.assert_allclose(result, value, atol=2e-5)
                elif name in ("alpha", "sigma", "time"):
                    np.testing.assert_allclose(result, value, rtol=1e-7)
                else:
                    self.assertTrue(np.array_equal(result, value), name)
            halves = [Batches(run, Ranks(rank, 2, CPU)).make(step) for rank in (0, 1)]
            for name, value in found.items():
                joined = torch.cat([half[name] for half in halves])
                tolerance = 2e-5 if name == "latents" else 0
                self.assertLessEqual(float((joined.double() - value.double()).abs().max()), tolerance, name)

    def test_of_the_autoencoder(self):
        self.check("vae")

    def test_of_clip(self):
        self.check("clip")

    def test_of_the_denoiser(self):
        self.check("emoji")

    def test_of_points_which_are_stored_whole(self):
        self.check("spiral")

    def test_of_the_judge_of_faces(self):
        self.check("face-judge")

    def test_a_step_beyond_the_stored_ones_repeats_choices_with_noise_of_its_own(self):
        run = open_run(copy_of("vae"))
        batches = Batches(run, Ranks(0, 1, CPU))
        first, again = batches.make(0), batches.make(batches.stored)
        self.assertTrue(torch.equal(first["pixels"], again["pixels"]))
        self.assertFalse(torch.equal(first["noise"], again["noise"]))

    def test_first_values_follow_from_the_seed(self):
        for preset in ("vae", "clip", "emoji"):
            run = open_run(FOLDER / preset)
            wanted = tensors(run.folder / "checkpoint.safetensors")
            for name, value in load_state(run, None, CPU).numpy("parameter").items():
                self.assertTrue(np.array_equal(value, wanted[f"parameter/{name}"]), f"{preset}: {name}")


if __name__ == "__main__":
    unittest.main()
