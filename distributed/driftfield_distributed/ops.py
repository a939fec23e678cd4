"""The op set: what each ONNX node of an exported graph is in PyTorch, one small function each.

A function takes the node's tensors (a scalar constant comes as a Python number) and its attributes by name. `STATIC`
says which inputs are fixed lists of whole numbers, which come as tuples. `half` is the dtype that matrix products
and convolutions read (bfloat16: they still add up in float32), or None for the inputs' own.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from .ranks import gather_ranks, mean_over_ranks, scatter_ranks

CAST = {1: torch.float32, 2: torch.uint8, 6: torch.int32, 7: torch.int64, 9: torch.bool}


def halved(half, *tensors):
    return tensors if half is None else tuple(None if x is None else x.to(half) for x in tensors)


def widened(half, x: Tensor) -> Tensor:
    return x if half is None else x.float()


def identity(x):
    return x


def add(a, b):
    return a + b


def sub(a, b):
    return a - b


def mul(a, b):
    return a * b


def div(a, b):
    return a / b


def as_tensor(x, like: Tensor) -> Tensor:
    return x if isinstance(x, Tensor) else torch.full((), x, dtype=like.dtype, device=like.device)


def pairwise(function):
    def apply(a, b):
        like = a if isinstance(a, Tensor) else b
        return function(as_tensor(a, like), as_tensor(b, like))

    return apply


def where(condition, a, b):
    return torch.where(condition, a, b)


def cast(x, to):
    return x.to(CAST[to])


def gelu(x, approximate="none"):
    return F.gelu(x, approximate=approximate)


def quick_gelu(x, alpha):
    return x * torch.sigmoid(alpha * x)


def matmul(a, b, half=None):
    return widened(half, torch.matmul(*halved(half, a, b)))


def fused_matmul(a, b, transA=0, transB=0, alpha=1.0, half=None):
    a, b = halved(half, a, b)
    product = torch.matmul(a.mT if transA else a, b.mT if transB else b)
    return widened(half, product) * alpha if alpha != 1 else widened(half, product)


def gemm(x, weight, bias=None, transB=1, half=None):
    x, weight = halved(half, x, weight)
    product = widened(half, F.linear(x, weight if transB else weight.T))
    return product if bias is None else product + bias


def sum_rows(x):
    return x.sum(0, keepdim=True)


def transpose(x, perm):
    return x.permute(perm)


def reshape(x, shape):
    return x.reshape([x.shape[i] if size == 0 else size for i, size in enumerate(shape)])


def depth_to_space(x, blocksize, mode="DCR"):
    """(N, b b C, H, W) to (N, C, b H, b W); DCR: the channels' slowest axes are the block's row and column."""
    n, depth, h, w = x.shape
    if mode == "CRD":
        return torch.nn.functional.pixel_shuffle(x, blocksize)
    apart = x.reshape(n, blocksize, blocksize, depth // blocksize**2, h, w)
    return apart.permute(0, 3, 4, 1, 5, 2).reshape(n, depth // blocksize**2, h * blocksize, w * blocksize)


def expand(x, shape):
    return torch.broadcast_to(x, torch.broadcast_shapes(x.shape, shape))


def concat(*items, axis):
    return torch.cat(items, axis)


def split(x, sizes, axis):
    return torch.split(x, list(sizes), axis)


def slice_(x, starts, ends, axes, steps):
    for start, end, axis, step in zip(starts, ends, axes, steps):
        x = x[(slice(None),) * axis + (slice(start, end, step),)]
    return x


def pad(x, pads):
    rank = x.ndim
    return F.pad(x, [size for axis in reversed(range(rank)) for size in (pads[axis], pads[rank + axis])])


def gather(x, ids, axis):
    if isinstance(ids, int):
        return x.select(axis, ids)
    rows = x.index_select(axis, ids.reshape(-1))
    return rows.reshape(x.shape[:axis] + ids.shape + x.shape[axis + 1 :])


def constant_of_shape(like, shape):
    return torch.zeros(shape, dtype=torch.float32, device=like)


def scatter_nd(blank, places, rows, reduction):
    assert reduction == "add"
    return blank.index_add(0, places.reshape(-1), rows)


def scatter_elements(blank, places, rows, axis, reduction):
    assert reduction == "add"
    return blank.scatter_add(axis, places, rows)


def reduce_sum(x, axes, keepdims):
    return x.sum(axes, keepdim=bool(keepdims))


def reduce_mean(x, axes, keepdims):
    return x.mean(axes, keepdim=bool(keepdims))


def reduce_max(x, axes, keepdims):
    return x.amax(axes, keepdim=bool(keepdims))


def layer_normalization(x, scale, bias=None, axis=-1, epsilon=1e-5):
    """The normal and what the gradient's rule reads: mean and 1 / deviation, each (..., 1)."""
    variance, mean = torch.var_mean(x, axis, keepdim=True, correction=0)
    inverse = torch.rsqrt(variance + epsilon)
    y = (x - mean) * inverse * scale
    return (y if bias is None else y + bias), mean, inverse


def instance_normalization(x, scale, bias, epsilon=1e-5):
    return F.instance_norm(x, None, None, scale, bias, True, 0.0, epsilon)


def multi_head_attention(q, k, v, _bias=None, _mask=None, added=None, num_heads=1, scale=0.0, half=None):
    """q (B, T, C), k and v (B, S, C), heads side by side: (B, T, C)."""
    heads = [x.unflatten(2, (num_heads, -1)).transpose(1, 2) for x in halved(half, q, k, v)]
    scores = widened(half, heads[0] @ heads[1].mT) * scale
    weights = torch.softmax(scores if added is None else scores + added, -1)
    return widened(half, halved(half, weights)[0] @ heads[2]).transpose(1, 2).flatten(2)


def resize(x, _region, scales, **_how):
    """Nearest neighbours by whole factors."""
    for axis, factor in enumerate(scales):
        if factor != 1:
            x = x.repeat_interleave(int(factor), axis)
    return x


def conv(x, weight, bias=None, strides=(), pads=(), dilations=(), group=1, half=None):
    x, weight = halved(half, x, weight)
    axes = x.dim() - 2
    before, after = (list(pads[:axes]), list(pads[axes:])) if pads else ([0] * axes, [0] * axes)
    if before != after:  # PyTorch pads both sides alike
        sides = [size for pair in zip(before[::-1], after[::-1]) for size in pair]
        x, before = torch.nn.functional.pad(x, sides), [0] * axes
    y = torch.ops.aten.convolution(
        x, weight, None, strides or [1] * axes, before, dilations or [1] * axes, False, [0] * axes, group
    )
    return with_bias(widened(half, y), bias)


def conv_transpose(
    x, weight, bias=None, strides=(), pads=(), dilations=(), group=1, output_padding=(), half=None
):
    x, weight = halved(half, x, weight)
    padding = pads[: len(pads) // 2]
    y = torch.ops.aten.convolution(
        x, weight, None, strides, padding, dilations, True, output_padding, group
    )
    return with_bias(widened(half, y), bias)


def with_bias(y, bias):
    return y if bias is None else y + bias.reshape([-1] + [1] * (y.ndim - 2))


def channels_first(x):
    return x.permute(0, 3, 1, 2)


def conv_channels_last(x, weight, bias=None, padding=(), half=None):
    """(N, H, W, C) with (O, C, kh, kw): the permuted view is PyTorch's channels_last format, nothing is copied."""
    x, weight = halved(half, x, weight)
    y = F.conv2d(channels_first(x), weight, None, padding=tuple(padding)).permute(0, 2, 3, 1)
    y = widened(half, y)
    return y if bias is None else y + bias


def conv_backward(g, x, weight, padding, wanted):
    one, none = [1, 1], [0, 0]
    return torch.ops.aten.convolution_backward(
        channels_first(g), channels_first(x), weight, None, one, list(padding), one, False, none, 1, wanted
    )


def conv_input_gradient(g, weight, padding=(), half=None):
    g, weight = halved(half, g, weight)
    kh, kw = weight.shape[2:]
    n, oh, ow, _ = g.shape
    # Its values aren't read; its shape is.
    x = g.new_empty((n, oh + kh - 1 - 2 * padding[0], ow + kw - 1 - 2 * padding[1], weight.shape[1]))
    dx = conv_backward(g, x, weight, padding, [True, False, False])[0]
    return widened(half, dx.permute(0, 2, 3, 1))


def conv_weight_gradient(g, x, padding=(), kernel=(), half=None):
    g, x = halved(half, g, x)
    weight = g.new_empty((g.shape[3], x.shape[3], *kernel))
    return widened(half, conv_backward(g, x, weight, padding, [False, True, False])[1])


OPS = {
    "Identity": identity, "Add": add, "Sub": sub, "Mul": mul, "Div": div,
    "Max": pairwise(torch.maximum), "Min": pairwise(torch.minimum),
    "Greater": pairwise(torch.gt), "Less": pairwise(torch.lt), "Equal": pairwise(torch.eq),
    "Where": where, "Cast": cast,
    "Exp": torch.exp, "Log": torch.log, "Sqrt": torch.sqrt, "Reciprocal": torch.reciprocal, "Abs": torch.abs,
    "Sign": torch.sign, "Sin": torch.sin, "Cos": torch.cos, "Erf": torch.erf, "Tanh": torch.tanh,
    "Sigmoid": torch.sigmoid, "Relu": torch.relu, "Gelu": gelu,
    "com.microsoft.Gelu": gelu, "com.microsoft.QuickGelu": quick_gelu,
    "MatMul": matmul, "com.microsoft.FusedMatMul": fused_matmul, "Gemm": gemm, "driftfield.SumRows": sum_rows,
    "Transpose": transpose, "Reshape": reshape, "Expand": expand, "Concat": concat, "Split": split,
    "Slice": slice_, "Pad": pad, "Gather": gather, "ConstantOfShape": constant_of_shape,
    "ScatterND": scatter_nd, "ScatterElements": scatter_elements,
    "ReduceSum": reduce_sum, "ReduceMean": reduce_mean, "ReduceMax": reduce_max,
    "Softmax": torch.softmax, "LogSoftmax": torch.log_softmax, "LayerNormalization": layer_normalization,
    "InstanceNormalization": instance_normalization, "com.microsoft.MultiHeadAttention": multi_head_attention,
    "Resize": resize, "DepthToSpace": depth_to_space,
    "Conv": conv, "ConvTranspose": conv_transpose, "driftfield.ConvChannelsLast": conv_channels_last,
    "driftfield.ConvChannelsLastInputGradient": conv_input_gradient,
    "driftfield.ConvChannelsLastWeightGradient": conv_weight_gradient,
    "driftfield.GatherRanks": gather_ranks, "driftfield.ScatterRanks": scatter_ranks,
    "driftfield.MeanOverRanks": mean_over_ranks,
}  # fmt: skip

# Inputs that are fixed lists of whole numbers, by their place in the node, and the argument that each becomes.
STATIC = {
    "Reshape": {1: "shape"}, "Expand": {1: "shape"}, "Split": {1: "sizes"}, "ConstantOfShape": {0: "shape"},
    "Slice": {1: "starts", 2: "ends", 3: "axes", 4: "steps"}, "Pad": {1: "pads"},
    "Resize": {2: "scales"}, "ReduceSum": {1: "axes"}, "ReduceMean": {1: "axes"}, "ReduceMax": {1: "axes"},
}  # fmt: skip

TAKES_NUMBERS = {"Add", "Sub", "Mul", "Div", "Max", "Min", "Greater", "Less", "Equal", "Gather"}

HALVED = {
    "MatMul", "com.microsoft.FusedMatMul", "com.microsoft.MultiHeadAttention", "Gemm", "Conv", "ConvTranspose", "driftfield.ConvChannelsLast",
    "driftfield.ConvChannelsLastInputGradient", "driftfield.ConvChannelsLastWeightGradient",
}  # fmt: skip

# They wait for the other processes: a program is cut there.
COLLECTIVE = {"driftfield.GatherRanks", "driftfield.ScatterRanks", "driftfield.MeanOverRanks"}
RENAMED = {"Softmax": {"axis": "dim"}, "LogSoftmax": {"axis": "dim"}}
