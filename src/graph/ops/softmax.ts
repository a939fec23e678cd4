// Normalised exponentials, their logarithm, and the losses made of them.
import { sameShape } from "../dim.ts";
import { apply, axisOf, shapeError, type Op, type Sym } from "../sym.ts";
import { cast, div, equal, maximum, mul, neg, square, sub } from "./elementwise.ts";
import { constant } from "./leaf.ts";
import { mean, sum } from "./reduce.ts";
import { reshape } from "./shape.ts";
import { exp } from "./unary.ts";

const softmaxOp: Op<number> = {
  name: "softmax",
  infer: ([x]) => [x],
  grad: ({ outputs: [y], attrs: axis }, [g]) => [mul(y, sub(g!, sum(mul(g!, y), { axes: [axis], keep: true })))],
  emit: ({ attrs: axis }, inputs, emitter) => [emitter.node("Softmax", inputs, { axis })],
};
/** exp(x) over its sum along `axis`. */
export const softmax = (x: Sym, axis = -1): Sym => apply(softmaxOp, [x], axisOf(x, axis, "softmax"));

const logSoftmaxOp: Op<number> = {
  name: "logSoftmax",
  infer: ([x]) => [x],
  grad: ({ outputs: [y], attrs: axis }, [g]) => [sub(g!, mul(exp(y), sum(g!, { axes: [axis], keep: true })))],
  emit: ({ attrs: axis }, inputs, emitter) => [emitter.node("LogSoftmax", inputs, { axis })],
};
/** x - logSumExp(x) along `axis`. */
export const logSoftmax = (x: Sym, axis = -1): Sym => apply(logSoftmaxOp, [x], axisOf(x, axis, "logSoftmax"));

const logSumExpOp: Op<number> = {
  name: "logSumExp",
  infer: ([x], axis) => [{ shape: x.shape.map((dim, i) => (i === axis ? 1 : dim)), dtype: x.dtype }],
  grad: ({ inputs: [x], outputs: [y] }, [g]) => [mul(g!, exp(sub(x, y)))],
  emit: ({ attrs: axis }, [x], emitter) => {
    const top = emitter.node("ReduceMax", [x, emitter.ints([axis])], { keepdims: 1 });
    const scaled = emitter.node("Exp", [emitter.node("Sub", [x, top])]);
    const total = emitter.node("ReduceSum", [scaled, emitter.ints([axis])], { keepdims: 1 });
    return [emitter.node("Add", [emitter.node("Log", [total]), top])];
  },
};
/** log of the sum of exp(x) along `axis`, safe for large x. `keep` leaves a dimension of 1. */
export function logSumExp(x: Sym, axis = -1, keep = false): Sym {
  const at = axisOf(x, axis, "logSumExp");
  const kept = apply(logSumExpOp, [x], at);
  return keep ? kept : reshape(kept, x.shape.filter((_, i) => i !== at));
}

/** 1 where `labels` (integers, any shape) names the class, else 0: (..., classes). */
export function oneHot(labels: Sym, classes: number): Sym {
  const ids = constant(Int32Array.from({ length: classes }, (_, i) => i));
  return cast(equal(reshape(cast(labels, "int32"), [...labels.shape, 1]), ids), "float32");
}

/**
 * The mean cross entropy of `logits` (N, classes) against integer `labels` (N), or target distributions (N, classes).
 * `weights` (N), where given, makes it a weighted mean.
 */
export function crossEntropy(logits: Sym, labels: Sym, weights?: Sym): Sym {
  const classes = logits.shape[1];
  if (logits.rank !== 2 || typeof classes !== "number") {
    throw shapeError("crossEntropy", [logits], "logits are (N, classes)");
  }
  if (labels.shape[0] !== logits.shape[0] || (labels.rank !== 1 && !sameShape(labels.shape, logits.shape))) {
    throw shapeError("crossEntropy", [logits, labels], "one label a row (N), or a distribution a row (N, classes)");
  }
  if (weights && !sameShape(weights.shape, logits.shape.slice(0, 1))) {
    throw shapeError("crossEntropy", [logits, weights], "one weight a row (N)");
  }
  const target = labels.rank === 2 ? labels : oneHot(labels, classes);
  const each = neg(sum(mul(target, logSoftmax(logits)), { axes: [1] }));
  if (weights) return div(sum(mul(each, weights)), maximum(sum(weights), 1e-6));
  return mean(each);
}

/** The mean of squared differences of two of one shape: broadcasting here hides mistakes. */
export function meanSquaredError(a: Sym, b: Sym): Sym {
  if (!sameShape(a.shape, b.shape)) throw shapeError("meanSquaredError", [a, b], "both must have the same shape");
  const difference = sub(a, b);
  return mean(square(difference));
}
