"""A graph as a PyTorch program: Python source made once, a line a node, then compiled."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from . import ops
from .errors import RunError
from .onnx_graph import Graph, Node


@dataclass(frozen=True)
class Options:
    device: torch.device
    half: torch.dtype | None = None  # what matrix products read
    compile: bool = False
    cuda_graphs: bool = False


@dataclass
class Segment:
    """Straight-line code between two exchanges: reads `reads`, gives `gives`."""

    function: Callable[..., tuple]
    reads: list[str]
    gives: list[str]
    plain: Callable[..., tuple]  # the same, not compiled
    proven: bool = False

    def __call__(self, inputs: list[Tensor]) -> tuple:
        """Where compiling fails (no C compiler, an unknown GPU), it goes on without, slower, and says so."""
        if self.proven or self.function is self.plain:
            return self.function(*inputs)
        try:
            values = self.function(*inputs)
        except torch.OutOfMemoryError:
            raise
        except Exception as error:
            print(f"compiling failed, going on without: {str(error).splitlines()[0]}", file=sys.stderr)
            self.function = self.plain
            return self.plain(*inputs)
        self.proven = True
        return values


class Program:
    """Runs a graph on tensors by name. `into`: outputs that are written into the tensors of inputs at the end."""

    def __init__(self, graph: Graph, options: Options, into: dict[str, str] | None = None):
        check_ops(graph)
        self.outputs = [name for name in graph.outputs if name not in (into or {})]
        self.constants = device_constants(graph, options.device)
        self.segments = [
            make_segment(nodes, reads, gives, graph, options, into or {}) for nodes, reads, gives in cut(graph)
        ]

    def __call__(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        known = {**self.constants, **inputs}
        for segment in self.segments:
            values = segment([known[name] for name in segment.reads])
            known.update(zip(segment.gives, values))
        return {name: known[name] for name in self.outputs}


def check_ops(graph: Graph) -> None:
    unknown = sorted({node.op for node in graph.nodes} - ops.OPS.keys())
    if unknown:
        raise RunError(
            f"the graph has operations that aren't known here: {', '.join(unknown)}",
            "update driftfield_distributed to the version of driftfield that exported the run",
        )


def scalar(graph: Graph, name: str) -> float | int | None:
    value = graph.constants.get(name)
    return value.item() if value is not None and value.shape == () else None


def literal(graph: Graph, node: Node, name: str) -> float | int | None:
    """The number that a scalar constant is, where the op takes numbers and another of its inputs is a tensor."""
    takes = node.op in ops.TAKES_NUMBERS and any(scalar(graph, other) is None for other in node.inputs)
    return scalar(graph, name) if takes else None


def is_static(graph: Graph, node: Node, place: int) -> bool:
    return place in ops.STATIC.get(node.op, {})


def tensor_inputs(graph: Graph, node: Node) -> list[str]:
    """The inputs of a node that are tensors when it runs."""
    return [
        name
        for place, name in enumerate(node.inputs)
        if name and not is_static(graph, node, place) and literal(graph, node, name) is None
    ]


def device_constants(graph: Graph, device: torch.device) -> dict[str, Tensor]:
    used = {name for node in graph.nodes for name in tensor_inputs(graph, node)} | graph.outputs.keys()
    return {
        name: torch.from_numpy(value.copy()).to(device) for name, value in graph.constants.items() if name in used
    }


def cut(graph: Graph) -> list[tuple[list[Node], list[str], list[str]]]:
    """The nodes in runs between exchanges, each with the names that it reads and the names that later ones need."""
    runs: list[list[Node]] = [[]]
    for node in graph.nodes:
        if node.op in ops.COLLECTIVE:
            runs += [[node], []]
        else:
            runs[-1].append(node)
    runs = [run for run in runs if run]
    needed = set(graph.outputs)
    result = []
    for run in reversed(runs):
        made = {name for node in run for name in node.outputs}
        reads = dict.fromkeys(name for node in run for name in tensor_inputs(graph, node) if name not in made)
        gives = [name for node in run for name in node.outputs if name in needed]
        result.append((run, list(reads), gives))
        needed |= reads.keys()
    return result[::-1]


def make_segment(
    nodes: Sequence[Node],
    reads: list[str],
    gives: list[str],
    graph: Graph,
    options: Options,
    into: dict[str, str],
) -> Segment:
    written = {name: into[name] for name in gives if name in into}
    gives = [name for name in gives if name not in into]
    reads = list(dict.fromkeys([*reads, *written.values()]))
    names = {name: f"x{i}" for i, name in enumerate(reads)}
    last = {name: i for i, node in enumerate(nodes) for name in node.inputs}
    keep = {*gives, *reads, *written}
    lines = [f"def run({', '.join(names.values())}):"]
    for i, node in enumerate(nodes):
        for name in node.outputs:
            names.setdefault(name, f"v{len(names)}")
        left = ", ".join(names[name] for name in node.outputs)
        lines.append(f"    {left} = {call(node, names, graph, options)}")
        spent = {name for name in node.inputs if last[name] == i and name in names and name not in keep}
        if spent:
            lines.append(f"    del {', '.join(sorted(names[name] for name in spent))}")
    lines += [f"    {names[target]}.copy_({names[name]})" for name, target in written.items()]
    lines.append(f"    return ({''.join(names[name] + ', ' for name in gives)})")
    source = "\n".join(lines)
    plain = build(source)
    compiled = options.compile and nodes[0].op not in ops.COLLECTIVE
    mode = "reduce-overhead" if options.cuda_graphs and options.device.type == "cuda" else None
    function = torch.compile(plain, fullgraph=True, dynamic=False, mode=mode) if compiled else plain
    return Segment(function, reads, gives, plain)


def call(node: Node, names: dict[str, str], graph: Graph, options: Options) -> str:
    """`ops.OPS["Softmax"](v3, dim=1)`"""
    arguments, keywords = [], {}
    for place, name in enumerate(node.inputs):
        if is_static(graph, node, place):
            keywords[ops.STATIC[node.op][place]] = repr(tuple(graph.constants[name].tolist()))
        elif not name:
            arguments.append("None")
        else:
            value = literal(graph, node, name)
            arguments.append(names[name] if value is None else number(value))
    renamed = ops.RENAMED.get(node.op, {})
    for key, value in node.attributes.items():
        keywords[renamed.get(key, key)] = number(value) if isinstance(value, float) else repr(value)
    if node.op in ops.HALVED and options.half is not None:
        keywords["half"] = repr(options.half)
    if node.op == "ConstantOfShape":
        arguments = [repr(str(options.device))]
    if node.op == "Reshape" and not arguments:
        raise RunError("a constant is reshaped at run time", "export the run again")
    inside = ", ".join([*arguments, *(f"{key}={value}" for key, value in keywords.items())])
    return f"OPS[{node.op!r}]({inside})"


def number(value: float | int) -> str:
    return f"float({str(value)!r})" if isinstance(value, float) and not np.isfinite(value) else repr(value)


def build(source: str) -> Callable[..., tuple]:
    space: dict[str, object] = {"OPS": ops.OPS, "torch": torch}
    exec(compile(source, "<graph>", "exec"), space)
    return space["run"]
