"""PyTorch's float64 values and gradients of every op that isn't trivial: writes test/golden/ops.json.

    python oracle/ops.py            (torch 2.13, CPU)

Each case: inputs on a grid of 1/1024 (exact in float32), fixed random weights R, the output y, and the gradients of
sum(R y). src/graph/suite/golden-builders.ts holds the same expressions under the same names.
"""

import json
import math
import pathlib
import platform

import torch
import torch.nn.functional as F

torch.manual_seed(20)
GRID = 1024


def on_grid(x):
    return torch.round(x.double() * GRID) / GRID


def normal(*shape):
    return on_grid(torch.randn(shape, dtype=torch.float64))


def uniform(low, high, *shape):
    return on_grid(low + (high - low) * torch.rand(*shape, dtype=torch.float64))


def ids(end, *shape):
    return torch.randint(0, end, shape)


def apart(*shape):
    """All different, a quarter apart, in random order: for what has kinks where two are equal."""
    count = math.prod(shape)
    return ((torch.randperm(count).double() - count // 2) / 4 + 0.125).reshape(shape)


cases = []


def case(name, f, **inputs):
    floats = {key: value for key, value in inputs.items() if value.is_floating_point()}
    for value in floats.values():
        value.requires_grad_(True)
    y = f(**inputs)
    weights = normal(*y.shape)
    gradients = torch.autograd.grad((y * weights).sum(), list(floats.values()), materialize_grads=True)

    def numbers(x):
        return [float(f"{v:.9g}") if x.is_floating_point() else v for v in x.detach().reshape(-1).tolist()]

    def packed(x):
        kind = {torch.float64: "float32", torch.int64: "int64"}[x.dtype]
        return {"shape": list(x.shape), "dtype": kind, "data": numbers(x)}

    cases.append({
        "name": name,
        "inputs": {key: packed(value) for key, value in inputs.items()},
        "weights": numbers(weights),
        "output": {"shape": list(y.shape), "data": numbers(y)},
        "gradients": {key: numbers(g) for key, g in zip(floats, gradients)},
    })


# Arithmetic with broadcasting.
case("add", lambda a, b: a + b, a=normal(2, 1, 4), b=normal(3, 1))
case("sub", lambda a, b: a - b, a=normal(4), b=normal(3, 4))
case("mul", lambda a, b: a * b, a=normal(2, 3, 1), b=normal(1, 4))
case("div", lambda a, b: a / b, a=normal(3, 1), b=uniform(0.5, 3, 2, 3, 4))
case("maximum", lambda a, b: torch.maximum(a, b), a=apart(4, 5), b=apart(5) + 0.125)
case("minimum", lambda a, b: torch.minimum(a, b), a=apart(4, 5), b=apart(4, 1) + 0.125)
case("where", lambda c, a, b: torch.where(c > 0, a, b), c=apart(4, 1), a=normal(5), b=normal(4, 5))

# Functions of one number.
points = on_grid(torch.linspace(-6, 6, 49) + 0.1)
positive = on_grid(torch.linspace(0.05, 9, 40))
for name, f in {
    "exp": torch.exp, "abs": torch.abs, "sin": torch.sin, "cos": torch.cos, "erf": torch.erf, "tanh": torch.tanh,
    "sigmoid": torch.sigmoid, "relu": torch.relu, "gelu": F.gelu, "silu": F.silu,
    "geluTanh": lambda x: F.gelu(x, approximate="tanh"), "quickGelu": lambda x: x * torch.sigmoid(1.702 * x),
}.items():
    case(name, lambda x, f=f: f(x), x=points.clone())
for name, f in {"log": torch.log, "sqrt": torch.sqrt, "reciprocal": torch.reciprocal}.items():
    case(name, lambda x, f=f: f(x), x=positive.clone())

# Products.
case("matmul", lambda a, b: a @ b, a=normal(5, 7), b=normal(7, 4))
case("matmul, first transposed", lambda a, b: a.mT @ b, a=normal(3, 7, 5), b=normal(3, 7, 4))
case("matmul, second transposed", lambda a, b: 0.5 * (a @ b.mT), a=normal(2, 1, 5, 7), b=normal(3, 4, 7))
case("matmul, both transposed", lambda a, b: a.mT @ b.mT, a=normal(7, 5), b=normal(3, 4, 7))
case("linear", F.linear, input=normal(2, 3, 5), weight=normal(4, 5), bias=normal(4))
case("linear, no bias", F.linear, input=normal(6, 5), weight=normal(4, 5))

# Convolutions.
case("conv 1d", lambda x, w, b: F.conv1d(x, w, b, stride=2, padding=1), x=normal(2, 3, 10), w=normal(4, 3, 3),
     b=normal(4))
case("conv 2d", lambda x, w, b: F.conv2d(x, w, b, padding=1), x=normal(2, 3, 5, 6), w=normal(4, 3, 3, 3), b=normal(4))
case("conv 2d, strides and dilations", lambda x, w: F.conv2d(x, w, stride=(3, 2), padding=(2, 1), dilation=(1, 2)),
     x=normal(1, 2, 9, 8), w=normal(3, 2, 3, 2))
case("conv 2d, groups", lambda x, w, b: F.conv2d(x, w, b, stride=2, groups=3), x=normal(2, 6, 6, 7),
     w=normal(3, 2, 3, 2), b=normal(3))
case("conv 3d", lambda x, w, b: F.conv3d(x, w, b, stride=(1, 2, 2), padding=(1, 0, 1)), x=normal(1, 2, 3, 5, 6),
     w=normal(2, 2, 3, 2, 3), b=normal(2))
case("convTranspose 1d", lambda x, w, b: F.conv_transpose1d(x, w, b, stride=3, padding=1, output_padding=2),
     x=normal(2, 3, 4), w=normal(3, 2, 4), b=normal(2))
case("convTranspose 2d", lambda x, w, b: F.conv_transpose2d(x, w, b, stride=2, padding=1, output_padding=1, groups=2),
     x=normal(1, 4, 3, 4), w=normal(4, 2, 3, 3), b=normal(4))
case("convTranspose 3d", lambda x, w: F.conv_transpose3d(x, w, stride=(1, 2, 2), dilation=(2, 1, 1)),
     x=normal(1, 2, 2, 3, 2), w=normal(2, 2, 2, 2, 2))
case("conv2dChannelsLast",
     lambda x, w, b: F.conv2d(x.permute(0, 3, 1, 2), w, b, padding=1).permute(0, 2, 3, 1),
     x=normal(2, 5, 4, 3), w=normal(4, 3, 3, 3), b=normal(4))

# Normalisations.
case("layerNorm", lambda x, s, b: F.layer_norm(x, (6,), s, b), x=normal(2, 3, 6), s=normal(6), b=normal(6))
case("layerNorm, bare", lambda x: F.layer_norm(x, (6,), eps=1e-6), x=normal(4, 6))
case("rmsNorm", lambda x, s: F.rms_norm(x, (6,), s, eps=1e-6), x=normal(2, 3, 6), s=normal(6))
case("groupNorm", lambda x, s, b: F.group_norm(x, 2, s, b), x=normal(2, 4, 3, 3), s=normal(4), b=normal(4))

# Softmax, losses, attention.
case("softmax", lambda x: F.softmax(x, 1), x=3 * normal(2, 5, 3))
case("logSoftmax", lambda x: F.log_softmax(x, 2), x=3 * normal(2, 3, 5))
case("logSumExp", lambda x: torch.logsumexp(x, 0), x=3 * normal(5, 4))
case("crossEntropy, labels", F.cross_entropy, input=normal(5, 4), target=ids(4, 5))
case("crossEntropy, soft targets", lambda x, t: F.cross_entropy(x, t), x=normal(5, 4), t=uniform(0, 1, 5, 4))
case("crossEntropy, weights",
     lambda x, t, w: (F.cross_entropy(x, t, reduction="none") * w).sum() / w.sum(),
     x=normal(5, 4), t=ids(4, 5), w=uniform(0.5, 2, 5))
case("meanSquaredError", lambda a, b: F.mse_loss(a, b), a=normal(3, 5), b=normal(3, 5))
case("attention", F.scaled_dot_product_attention, query=normal(2, 2, 4, 3), key=normal(2, 2, 5, 3),
     value=normal(2, 2, 5, 2))
case("attention, bias",
     lambda q, k, v, b: F.scaled_dot_product_attention(q, k, v, attn_mask=b, scale=0.4),
     q=normal(2, 2, 4, 3), k=normal(2, 2, 5, 3), v=normal(2, 2, 5, 2), b=normal(2, 1, 4, 5))

# Rows, pieces, sums.
case("gather", lambda n, table: F.embedding(n, table), n=ids(3, 2, 6), table=normal(5, 3))
case("scatterAdd", lambda n, rows: torch.zeros(5, 3, dtype=torch.float64).index_add(0, n, rows), n=ids(3, 8),
     rows=normal(8, 3))
case("slice", lambda x: x[:, 1:8:3], x=normal(3, 9))
case("concat", lambda a, b: torch.cat([a, b, a], 1), a=normal(2, 3, 2), b=normal(2, 1, 2))
case("split", lambda x: x.split([1, 3, 2], 1)[1] * x.split([1, 3, 2], 1)[1], x=normal(2, 6))
case("pad", lambda x: F.pad(x, (2, 1)), x=normal(3, 4))
case("upsampleNearest", lambda x: F.interpolate(x, scale_factor=2, mode="nearest"), x=normal(2, 2, 3, 4))
case("transpose", lambda x: x.permute(2, 0, 3, 1), x=normal(2, 3, 4, 2))
case("sum", lambda x: x.sum((0, 2)), x=normal(3, 4, 5))
case("mean", lambda x: x.mean((1, 2), keepdim=True), x=normal(3, 4, 5))
case("max", lambda x: x.amax(1), x=apart(4, 6))

versions = {"torch": torch.__version__, "python": platform.python_version()}
target = pathlib.Path(__file__).parent.parent / "test" / "golden" / "ops.json"
target.parent.mkdir(parents=True, exist_ok=True)
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
target.write_text(f'{{"source":"oracle/ops.py","versions":{json.dumps(versions)},"cases":[\n{lines}\n]}}\n')
print(f"{len(cases)} cases, {target.stat().st_size} bytes")
