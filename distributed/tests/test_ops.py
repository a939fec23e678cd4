"""Every op of the engine: PyTorch's result equals ONNX Runtime's, forward and backward, over the engine's own shapes."""

import json
import unittest

import numpy as np
import torch

from .fixture import FOLDER, tensors
from driftfield_distributed.onnx_graph import read_graph
from driftfield_distributed.program import Options, Program

TOLERANCE = 1e-5


class Ops(unittest.TestCase):
    def test_every_op_equals_onnx_runtimes_forward_and_backward(self):
        names = json.loads((FOLDER / "ops" / "names.json").read_text())
        checked = set()
        for path in sorted((FOLDER / "ops").glob("*.onnx")):
            program = Program(read_graph(path), Options(torch.device("cpu")))
            given = tensors(path.with_name(f"{path.stem}-in.safetensors"))
            wanted = tensors(path.with_name(f"{path.stem}-out.safetensors"))
            found = program({name: torch.from_numpy(value.copy()) for name, value in given.items()})
            for name, value in wanted.items():
                key, what = name.split(":")
                checked.add(key)
                with self.subTest(names[key], output=what):
                    result = found[name].numpy()
                    self.assertEqual(result.shape, value.shape)
                    size = max(1.0, np.abs(value).max(initial=0))
                    self.assertLessEqual(np.abs(np.float64(result) - value).max(initial=0) / size, TOLERANCE)
        self.assertEqual(checked, set(names))


if __name__ == "__main__":
    unittest.main()
