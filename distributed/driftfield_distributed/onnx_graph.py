"""An ONNX file as plain data (field numbers: onnx/onnx.proto), read without the onnx package: machines lack it."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .errors import RunError
from .protobuf import fields

DTYPES = {1: np.float32, 2: np.uint8, 6: np.int32, 7: np.int64, 9: np.bool_, 10: np.float16}


@dataclass
class Node:
    op: str  # "domain.Name"; the standard domain has no prefix
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, object]


@dataclass
class Value:
    name: str
    dtype: type
    shape: tuple[int | str, ...]


@dataclass
class Graph:
    nodes: list[Node] = field(default_factory=list)
    constants: dict[str, np.ndarray] = field(default_factory=dict)
    inputs: dict[str, Value] = field(default_factory=dict)
    outputs: dict[str, Value] = field(default_factory=dict)


def read_graph(path: Path) -> Graph:
    """The graph in `path`. Raises RunError where the file is missing or isn't a graph of ours."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RunError(f"{path} can't be read: {error.strerror}", "export the run again, and copy all of it") from error
    return parse_graph(data, path)


def parse_graph(data: bytes, path: Path) -> Graph:
    for number, value in fields(memoryview(data)):
        if number == 7:
            return read_body(value)
    raise RunError(f"{path} holds no graph", "export the run again")


def read_body(data: memoryview) -> Graph:
    graph = Graph()
    for number, value in fields(data):
        if number == 1:
            graph.nodes.append(read_node(value))
        elif number == 5:
            name, tensor = read_tensor(value)
            graph.constants[name] = tensor
        elif number in (11, 12):
            described = read_value(value)
            (graph.inputs if number == 11 else graph.outputs)[described.name] = described
    return graph


def text(data: memoryview) -> str:
    return str(data, "utf-8")


def read_node(data: memoryview) -> Node:
    inputs, outputs, attributes, op, domain = [], [], {}, "", ""
    for number, value in fields(data):
        if number == 1:
            inputs.append(text(value))
        elif number == 2:
            outputs.append(text(value))
        elif number == 4:
            op = text(value)
        elif number == 5:
            attributes.update([read_attribute(value)])
        elif number == 7:
            domain = text(value)
    return Node(f"{domain}.{op}" if domain else op, inputs, outputs, attributes)


def read_attribute(data: memoryview) -> tuple[str, object]:
    name, value, floats, ints, kind = "", None, [], [], 0
    for number, item in fields(data):
        if number == 1:
            name = text(item)
        elif number in (2, 3):
            value = item
        elif number == 4:
            value = text(item)
        elif number == 7:
            floats.append(item)
        elif number == 8:
            ints.append(item)
        elif number == 20:
            kind = item
    return name, {6: floats, 7: ints}.get(kind, value)


def read_tensor(data: memoryview) -> tuple[str, np.ndarray]:
    shape, dtype, name, content = [], 1, "", memoryview(b"")
    for number, value in fields(data):
        if number == 1:
            shape.append(value)
        elif number == 2:
            dtype = value
        elif number == 8:
            name = text(value)
        elif number == 9:
            content = value
    return name, np.frombuffer(content, DTYPES[dtype]).reshape(shape)


def read_value(data: memoryview) -> Value:
    name, dtype, shape = "", 1, []
    for number, value in fields(data):
        if number == 1:
            name = text(value)
        elif number == 2:
            tensor = next(inner for key, inner in fields(value) if key == 1)
            for key, inner in fields(tensor):
                if key == 1:
                    dtype = inner
                elif key == 2:
                    shape = [read_dim(dim) for at, dim in fields(inner) if at == 1]
    return Value(name, DTYPES[dtype], tuple(shape))


def read_dim(data: memoryview) -> int | str:
    size: int | str = 0
    for number, value in fields(data):
        size = value if number == 1 else text(value)
    return size
