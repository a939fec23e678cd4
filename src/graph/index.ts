// graph: symbolic tensors, ops, gradients, ONNX out. Imports core only.
export { dimProduct, isStatic, sameShape, showShape, type Dim, type Shape } from "./dim.ts";
export { shapeError, Sym, type DType } from "./sym.ts";
export { grad } from "./grad.ts";
export { loop } from "./loop.ts";
export { emitGraph, type Binding, type Target } from "./onnx/emit.ts";
export { encodeModel, type OnnxGraph } from "./onnx/model.ts";
export { attention, attentionHeads } from "./ops/attention.ts";
export { columns, conv2dChannelsLast } from "./ops/columns.ts";
export { conv, convTranspose, type ConvOptions } from "./ops/conv.ts";
export { customGradient } from "./ops/custom.ts";
export {
  add, cast, div, equal, greater, less, maximum, minimum, mul, neg, square, stopGradient, sub, where,
} from "./ops/elementwise.ts";
export { at, gather, range, scatterAdd, take } from "./ops/gather.ts";
export { constant, input, parameter, parameterName, zeros } from "./ops/leaf.ts";
export { linear, matmul } from "./ops/matmul.ts";
export { gatherRanks, meanOverRanks } from "./ops/ranks.ts";
export { groupNorm, layerNorm, rmsNorm } from "./ops/norm.ts";
export { max, mean, sum, sumTo } from "./ops/reduce.ts";
export { broadcastTo, concat, pad, reshape, slice, split, transpose, upsampleNearest } from "./ops/shape.ts";
export { upsampleConv } from "./ops/upsample-conv.ts";
export { crossEntropy, logSoftmax, logSumExp, meanSquaredError, oneHot, softmax } from "./ops/softmax.ts";
export {
  abs, cos, erf, exp, gelu, geluTanh, log, quickGelu, reciprocal, relu, sigmoid, sign, silu, sin, sqrt, tanh,
} from "./ops/unary.ts";
