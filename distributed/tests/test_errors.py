"""Bad input is a clear error before the first step: what is wrong, and what to do."""

import json
import shutil
import unittest

import torch

from .fixture import FOLDER, copy_of, tensors
from .launch import arguments, command, run_process, train_each
from driftfield_distributed import safetensors_file
from driftfield_distributed.errors import RunError
from driftfield_distributed.onnx_graph import Graph, Node, read_graph
from driftfield_distributed.pictures import load_pictures
from driftfield_distributed.program import Options, Program
from driftfield_distributed.ranks import Ranks
from driftfield_distributed.run_folder import open_run, read_columns
from driftfield_distributed.train import gradient_graph

CPU = torch.device("cpu")


class Errors(unittest.TestCase):
    def refuses(self, says, call, *arguments):
        with self.assertRaisesRegex(RunError, says) as caught:
            call(*arguments)
        self.assertTrue(caught.exception.hint)

    def test_an_unknown_op_is_named(self):
        graph = Graph(nodes=[Node("com.acme.Frobnicate", [], ["y"], {})])
        self.refuses("com.acme.Frobnicate", Program, graph, Options(CPU))

    def test_a_folder_without_a_run(self):
        self.refuses("no exported run", open_run, FOLDER)

    def test_a_missing_column(self):
        folder = copy_of("clip")
        next((folder / "columns").glob("ids-*.z")).unlink()
        self.refuses("is missing", read_columns, open_run(folder))

    def test_a_column_of_another_run(self):
        folder = copy_of("clip")
        (path,) = (folder / "columns").glob("ids-*.z")
        shutil.copyfile(FOLDER / "emoji" / "columns" / path.name, path)
        self.refuses("another run", read_columns, open_run(folder))

    def test_missing_and_foreign_pictures(self):
        run = open_run(copy_of("face-judge"))
        pack = next(run.pictures_folder.glob("*.pack"))
        data = pack.read_bytes()
        pack.unlink()
        self.refuses("is missing", load_pictures, run)
        pack.write_bytes(data[:-1])
        self.refuses("another run, or is damaged", load_pictures, run)
        index = run.pictures_folder / "judge-faces.json"
        index.write_text(json.dumps({**json.loads(index.read_text()), "hash": "0"}))
        self.refuses("other pictures", load_pictures, run)

    def test_a_checkpoint_of_another_model(self):
        folder = copy_of("clip")
        shutil.copyfile(FOLDER / "vae" / "checkpoint.safetensors", folder / "checkpoint.safetensors")
        status, said = run_process(command(folder))
        self.assertEqual(status, 1)
        self.assertIn("is of another model", said)
        self.assertNotIn("Traceback", said)

    def test_a_damaged_checkpoint(self):
        path = copy_of("vae") / "checkpoint.safetensors"
        data = bytearray(path.read_bytes())
        data[-5] ^= 1
        path.write_bytes(data)
        self.refuses("damaged", safetensors_file.read, path)

    def test_a_number_of_processes_without_a_graph(self):
        self.refuses("no graph for 3 processes", gradient_graph, open_run(FOLDER / "clip"), Ranks(0, 3, CPU))

    def test_a_graph_that_is_cut_short(self):
        path = copy_of("vae") / "gradients.onnx"
        path.write_bytes(path.read_bytes()[:-100])
        self.refuses("damaged", read_graph, path)

    def test_processes_that_disagree_on_the_run(self):
        one, other = copy_of("clip"), copy_of("clip")
        described = json.loads((other / "run.json").read_text())
        (other / "run.json").write_text(json.dumps({**described, "id": "another"}))
        status, said = train_each([arguments(one), arguments(other)])
        self.assertNotEqual(status, 0)
        self.assertIn("process 1 disagrees with process 0 on the run", said)

    def test_processes_that_disagree_on_an_option(self):
        one, other = copy_of("clip"), copy_of("clip")
        status, said = train_each([arguments(one), [*arguments(other), "--precision", "bf16"]])
        self.assertNotEqual(status, 0)
        self.assertIn("process 1 disagrees with process 0 on the options", said)

    def test_a_written_file_is_one_that_typescript_reads(self):
        path = copy_of("vae") / "again.safetensors"
        wanted = tensors(FOLDER / "vae" / "checkpoint.safetensors")
        original = (FOLDER / "vae" / "checkpoint.safetensors").read_bytes()
        _, metadata = safetensors_file.read(FOLDER / "vae" / "checkpoint.safetensors")
        safetensors_file.write(path, wanted, metadata)
        self.assertEqual(path.read_bytes(), original)


if __name__ == "__main__":
    unittest.main()
