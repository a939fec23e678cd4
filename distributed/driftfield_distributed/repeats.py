"""Where a flat graph repeats itself (the blocks of a transformer, forward and backward), so that each is compiled once.

The nodes are cut into pieces: a run of equal ones for every stack of blocks, and what lies between. Pieces with the same
source share one compiled function. A cut costs memory traffic, since what a later piece reads must be written; so a piece
works cheap values out again from what is written anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from . import ops
from .onnx_graph import Graph, Node

LEAST_SAVED = 60  # nodes that needn't be compiled again: below that, a cut isn't worth it
LEAST_PIECE = 20
CHEAP = {
    "Add", "Sub", "Mul", "Div", "Max", "Min", "Where", "Cast", "Sqrt", "Reciprocal", "Abs", "Sign", "Relu", "Sigmoid",
    "Greater", "Less", "Equal", "Transpose", "Reshape", "Expand", "Split", "Slice", "com.microsoft.QuickGelu",
}  # fmt: skip
VIEWS = {"Transpose", "Reshape", "Split", "Slice", "Expand"}


@dataclass
class Piece:
    nodes: list[Node]
    run: int | None = None  # which stack of equal pieces it belongs to
    gives: set[str] = field(default_factory=set)  # what it returns besides what later pieces read


def find_run(signs: np.ndarray) -> tuple[int, int, int] | None:
    """(start, length, count) of the equal stretches one after the other that save the most nodes; the shortest such."""
    best, saved = None, LEAST_SAVED - 1
    for length in range(LEAST_PIECE, len(signs) // 2 + 1):
        same = np.concatenate([[False], signs[:-length] == signs[length:], [False]])
        edges = np.flatnonzero(same[1:] != same[:-1])
        for start, end in zip(edges[::2], edges[1::2]):
            repeats = (end - start) // length
            if repeats * length > saved:
                best, saved = (int(start), length, int(repeats) + 1), repeats * length
    return best


def cut_runs(given: list[Piece], sign: Callable[[Node], str]) -> list[Piece]:
    """The pieces in order, each cut where stretches of its nodes are repeated."""
    numbers: dict[str, int] = {}
    pieces: list[Piece] = []
    runs = 0

    def split(nodes: list[Node], signs: np.ndarray, first: int, last: int) -> None:
        nonlocal runs
        found = find_run(signs[first:last])
        if found is None:
            if first < last:
                pieces.append(Piece(nodes[first:last]))
            return
        start, length, count = found
        start += first
        split(nodes, signs, first, start)
        runs, run = runs + 1, runs
        pieces.extend(Piece(nodes[at : at + length], run) for at in range(start, start + count * length, length))
        split(nodes, signs, start + count * length, last)

    for piece in given:
        signs = [numbers.setdefault(sign(node), len(numbers)) for node in piece.nodes]
        split(piece.nodes, np.array(signs, dtype=np.int64), 0, len(signs))
    return pieces


def recompute(pieces: list[Piece], graph: Graph) -> None:
    """Lets pieces work out cheap values of other pieces again, and equal pieces return the same of their values."""
    made = {name: (i, node) for i, piece in enumerate(pieces) for node in piece.nodes for name in node.outputs}
    places = {
        name: (at, which)
        for piece in pieces
        for at, node in enumerate(piece.nodes)
        for which, name in enumerate(node.outputs)
    }
    kept = kept_places(pieces, made, places)
    outputs = set(graph.outputs)

    def is_kept(name: str) -> bool:
        i, node = made[name]
        return node.op not in CHEAP or name in outputs or (*stack_of(pieces, i), places[name]) in kept

    for j, piece in enumerate(pieces):
        copies: list[Node] = []
        renamed: dict[str, str] = {}

        def own(name: str, j: int = j, copies: list[Node] = copies, renamed: dict[str, str] = renamed) -> str:
            if name in renamed or name not in made or made[name][0] == j or is_kept(name):
                return renamed.get(name, name)
            _, node = made[name]
            inputs = [own(other) for other in node.inputs]
            copies.append(Node(node.op, inputs, [f"{output}@{j}" for output in node.outputs], node.attributes))
            renamed.update((output, f"{output}@{j}") for output in node.outputs)
            return renamed[name]

        nodes = [Node(node.op, [*map(own, node.inputs)], node.outputs, node.attributes) for node in piece.nodes]
        piece.nodes = copies + nodes
    same_gives(pieces, places, outputs)


def kept_places(pieces: list[Piece], made: dict, places: dict) -> set[tuple]:
    """
    Values that are written anyway: what the next piece of a stack reads, and what a matrix product reads. By run and
    place, so that it holds for all pieces of a stack.
    """
    kept = set()
    for j, piece in enumerate(pieces):
        product: set[str] = set()
        for node in reversed(piece.nodes):
            multiplies = node.op in ops.HALVED or (node.op in VIEWS and product.intersection(node.outputs))
            for name in node.inputs:
                if name not in made:
                    continue
                i = made[name][0]
                follows = i == j - 1 and piece.run is not None
                if multiplies and i == j:
                    product.add(name)
                if follows or (multiplies and i == j and made[name][1].op not in VIEWS):
                    kept.add((*stack_of(pieces, i), places[name]))
    return kept


def stack_of(pieces: list[Piece], i: int) -> tuple[int | None, int]:
    """The same for all pieces of a stack."""
    return (None, i) if pieces[i].run is None else (pieces[i].run, 0)


def same_gives(pieces: list[Piece], places: dict, outputs: set[str]) -> None:
    """Every piece of a stack returns what any of them must, so that their sources are the same."""
    own = [{name for node in piece.nodes for name in node.outputs} for piece in pieces]
    needed: dict[int, set] = {}
    for j, piece in enumerate(pieces):
        read = {name for node in piece.nodes for name in node.inputs} - own[j]
        for i in range(j):
            if pieces[i].run is not None:
                needed.setdefault(pieces[i].run, set()).update(places[name] for name in read & own[i])
    for i, piece in enumerate(pieces):
        if piece.run is None:
            continue
        wanted = needed.get(piece.run, set()) | {places[name] for name in outputs & own[i]}
        piece.gives = {name for name in own[i] if places.get(name) in wanted}
