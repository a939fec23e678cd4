"""The reference with its numbers rounded otherwise: whether a disagreement is float32's, and whose."""

import contextlib

import numpy as np
import schedulers
import torch

FUNCTIONS = ("log", "exp", "sqrt")


@contextlib.contextmanager
def replaced(owner, **made):
    """Attributes of `owner` as `made` has them, for a while."""
    before = {name: getattr(owner, name) for name in made}
    for name, value in made.items():
        setattr(owner, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(owner, name, value)


@contextlib.contextmanager
def exact_numpy():
    """NumPy's float32 functions worked out in float64 and rounded once: its own are a last bit off now and then."""

    def once(function):
        def exact(x, *rest, **named):
            if getattr(x, "dtype", None) != np.float32:
                return function(x, *rest, **named)
            return function(np.asarray(x, dtype=np.float64), *rest, **named).astype(np.float32)

        return exact

    with replaced(np, **{name: once(getattr(np, name)) for name in FUNCTIONS}):
        yield


@contextlib.contextmanager
def exact_torch():
    """The same for PyTorch's, and for powers, which is how the reference takes roots."""

    def once(function):
        def exact(x, *rest, **named):
            if not isinstance(x, torch.Tensor) or x.dtype is not torch.float32:
                return function(x, *rest, **named)
            wide = [y.double() if isinstance(y, torch.Tensor) else y for y in rest]
            return function(x.double(), *wide, **named).float()

        return exact

    of_tensors = {name: once(getattr(torch.Tensor, name)) for name in (*FUNCTIONS, "pow", "__pow__")}
    with replaced(torch.Tensor, **of_tensors):
        with replaced(torch, **{name: once(getattr(torch, name)) for name in (*FUNCTIONS, "pow")}):
            yield


@contextlib.contextmanager
def in_float64():
    """Tensors stay float64 where the reference casts samples to float32 on its way."""
    to = torch.Tensor.to

    def wide(self, *rest, **named):
        narrows = self.dtype is torch.float64 and torch.float32 in (*rest, *named.values())
        return self if narrows else to(self, *rest, **named)

    with replaced(torch.Tensor, to=wide), replaced(schedulers, DTYPE=torch.float64):
        yield


def together(*roundings):
    @contextlib.contextmanager
    def several():
        with contextlib.ExitStack() as stack:
            for rounding in roundings:
                stack.enter_context(rounding())
            yield

    return several


ROUNDINGS = {
    "numpy": exact_numpy,
    "torch": exact_torch,
    "functions": together(exact_numpy, exact_torch),
    "double": in_float64,
    "all": together(exact_numpy, exact_torch, in_float64),
}
