"""Pictures made in bulk are those of `driftfield generate`, the same from any number of processes, and made once."""

import hashlib
import json
import shutil
import tempfile
import unittest
import zlib
from pathlib import Path

import numpy as np

from .fixture import FOLDER, copy_of, tensors
from .launch import arguments, train, train_each
from driftfield_distributed.errors import RunError
from driftfield_distributed.picture_files import PictureFiles
from driftfield_distributed.sampling_folder import open_sampling


def pixels_of(path):
    """The pixels of a PNG as this package writes it (filter 2, one IDAT)."""
    data, at, body = path.read_bytes(), 8, b""
    while at < len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        content = data[at + 8 : at + 8 + size]
        assert int.from_bytes(data[at + 8 + size : at + 12 + size], "big") == zlib.crc32(kind + content)
        if kind == b"IHDR":
            width, height = (int.from_bytes(content[i : i + 4], "big") for i in (0, 4))
        elif kind == b"IDAT":
            body += content
        at += size + 12
    rows = np.frombuffer(zlib.decompress(body), np.uint8).reshape(height, -1)
    assert (rows[:, 0] == 2).all()
    return np.add.accumulate(rows[:, 1:], 0, np.uint8).reshape(height, width, 3)


class Sampling(unittest.TestCase):
    def sampled(self, folder, *options, **how):
        status, said = train(folder, *options, **how)
        self.assertEqual(status, 0, said)
        return said

    def pictures(self, out):
        listed = json.loads((out / "index.json").read_text())["pictures"]
        return np.stack([pixels_of(out / entry["file"]) for entry in listed]), listed

    def test_pictures_are_those_of_driftfield_generate_within_1_of_255(self):
        for name in ("guided", "noisy"):
            with self.subTest(name):
                folder = copy_of(f"sampling-{name}")
                self.sampled(folder)
                found, listed = self.pictures(folder / "pictures")
                wanted = tensors(FOLDER / f"sampling-{name}-here.safetensors")["pictures"]
                self.assertEqual(found.shape, wanted.shape)
                self.assertLessEqual(np.abs(found.astype(int) - wanted).max(), 1)
                self.assertGreater(np.abs(found[0].astype(int) - found[3]).max(), 8)  # seeds matter
                self.assertEqual(listed[4]["prompt"], "a red rocket")
                self.assertEqual(listed[4]["seed"], 2**40 + 4)

    def test_any_number_of_processes_makes_the_same_pictures_and_arrays_hold_them_too(self):
        folder = copy_of("sampling-noisy")
        alone, three, arrays = (folder.parent / name for name in ("alone", "three", "arrays"))
        self.sampled(folder, "--out", str(alone))
        self.sampled(folder, "--out", str(three), processes=2)
        self.sampled(folder, "--out", str(arrays), "--format", "npy")
        wanted, listed = self.pictures(alone)
        self.assertEqual(json.loads((three / "index.json").read_text()), json.loads((alone / "index.json").read_text()))
        files = dict.fromkeys(entry["file"] for entry in json.loads((arrays / "index.json").read_text())["pictures"])
        self.assertTrue(np.array_equal(np.concatenate([np.load(arrays / file) for file in files]), wanted))
        self.assertEqual(len(listed), 7)

    def test_what_is_there_is_not_made_again(self):
        folder = copy_of("sampling-noisy")
        self.sampled(folder)
        out = folder / "pictures"
        (out / "batch-000001.json").unlink()
        (out / "0000004.png").unlink()
        kept = {path: path.stat().st_mtime_ns for path in (out / "0000000.png", out / "0000006.png")}
        before = json.loads((out / "index.json").read_text())
        self.sampled(folder)
        self.assertEqual(json.loads((out / "index.json").read_text()), before)
        self.assertTrue((out / "0000004.png").exists())
        self.assertEqual(kept, {path: path.stat().st_mtime_ns for path in kept})

    def refused(self, says, folder, *options):
        status, said = train(folder, *options)
        self.assertEqual(status, 1, said)
        self.assertIn(says, said)
        self.assertEqual(list(folder.glob("pictures/*.png")), [])

    def test_bad_input_is_an_error_before_the_first_picture(self):
        folder = copy_of("sampling-noisy")
        self.refused("--steps has no meaning here", folder, "--steps", "4")
        shutil.copyfile(FOLDER / "sampling-guided" / "denoiser.onnx", folder / "denoiser.onnx")
        self.refused("denoiser.onnx belongs to another", folder)
        folder = copy_of("sampling-noisy")
        (folder / "decoder.safetensors").unlink()
        self.refused("decoder.safetensors is missing", folder)

    def test_an_unknown_op_is_named(self):
        folder = copy_of("sampling-noisy")
        path = folder / "denoiser.onnx"
        path.write_bytes(path.read_bytes().replace(b"Softmax", b"Softmux"))
        described = json.loads((folder / "sampling.json").read_text())
        described["parts"]["denoiser"]["graph_sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        (folder / "sampling.json").write_text(json.dumps(described))
        self.refused("aren't known here: Softmux", folder)

    def test_another_version_and_no_json_are_refused(self):
        folder = copy_of("sampling-noisy")
        described = json.loads((folder / "sampling.json").read_text())
        for text in (json.dumps({**described, "version": 2}), "{"):
            (folder / "sampling.json").write_text(text)
            self.assertRaises(RunError, open_sampling, folder)

    def test_a_folder_with_pictures_of_another_sampling_is_refused(self):
        out = Path(tempfile.mkdtemp())
        PictureFiles(out, "png", {"sampling": "a", "precision": "fp32"}).open()
        PictureFiles(out, "png", {"sampling": "a", "precision": "fp32"}).open()
        for kind, facts in (("npy", {}), ("png", {"sampling": "b"}), ("png", {"precision": "bf16"})):
            files = PictureFiles(out, kind, {"sampling": "a", "precision": "fp32", **facts})
            self.assertRaisesRegex(RunError, "pictures of another", files.open)

    def test_processes_that_disagree_on_the_sampling(self):
        one, other = copy_of("sampling-noisy"), copy_of("sampling-guided")
        status, said = train_each([arguments(one), arguments(other)])
        self.assertNotEqual(status, 0)
        self.assertIn("process 1 disagrees with process 0 on the sampling", said)
        self.assertFalse((one / "pictures").exists())


if __name__ == "__main__":
    unittest.main()
