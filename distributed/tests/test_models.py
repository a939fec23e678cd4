"""Trained models: the folders that TypeScript writes, with the same numbers; and one run that builds on another's."""

import json
import unittest

import numpy as np

from .fixture import FOLDER, copy_of, distance, tensors
from .launch import train


class Models(unittest.TestCase):
    def exported(self, preset, *options):
        run = copy_of(preset)
        models = run.parent / "models"
        status, said = train(run, "--export", str(models), *options)
        self.assertEqual(status, 0, said)
        return models

    def test_every_file_is_there_and_its_numbers_are_typescripts(self):
        for preset in ("vae", "vae-decoder", "clip", "face-judge", "spiral"):
            models, wanted = self.exported(preset), FOLDER / f"{preset}-model"
            names = {path.relative_to(wanted) for path in wanted.rglob("*") if path.is_file()}
            self.assertEqual(names, {path.relative_to(models) for path in models.rglob("*") if path.is_file()})
            for name in names:
                with self.subTest(preset, file=str(name)):
                    found, right = models / name, wanted / name
                    if name.suffix == ".safetensors":
                        self.assertLessEqual(distance(tensors(found), tensors(right)), 1e-3)  # halves
                    elif name.name == "config.json" and preset == "vae":
                        self.same_statistics(json.loads(found.read_text()), json.loads(right.read_text()))
                    else:
                        self.assertEqual(found.read_bytes(), right.read_bytes())

    def same_statistics(self, found, wanted):
        for name in ("latents_mean", "latents_std"):
            np.testing.assert_allclose(found.pop(name), wanted.pop(name), atol=2e-3)
        self.assertEqual(found, wanted)

    def test_a_denoiser_builds_on_the_autoencoder_that_another_run_trained(self):
        models = self.exported("vae")
        run = copy_of("emoji")
        status, said = train(run, "--models", str(models), "--export", str(models), "--steps", "2")
        self.assertEqual(status, 0, said)
        self.assertTrue((models / "emoji" / "transformer" / "diffusion_pytorch_model.safetensors").exists())
        plain = copy_of("emoji")
        self.assertEqual(train(plain, "--steps", "2")[0], 0)
        states = [tensors(folder / "checkpoint.safetensors") for folder in (run, plain)]
        self.assertGreater(distance(*states), 1e-6)  # other latents, other steps


if __name__ == "__main__":
    unittest.main()
