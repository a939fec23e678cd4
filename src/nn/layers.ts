// Layers: an op with its slots. Sizes come from the input's shape; names are PyTorch's.
import { conv2dChannelsLast, gather, layerNorm, linear, shapeError, type Sym } from "../graph/index.ts";
import { fanIn, normal, one, zero, type Init, type Scope } from "./scope.ts";

function width(x: Sym, axis: number, what: string): number {
  const size = x.shape[axis < 0 ? axis + x.rank : axis];
  if (typeof size !== "number") throw shapeError(what, [x], `axis ${axis} must be a number`);
  return size;
}

/**
 * x W^T + b over the last axis: (..., in) to (..., out). `part` "0/2" takes the first half of the stored weight's rows
 * (and of the bias): one stored layer may be several in the graph.
 */
export function denseLayer(
  scope: Scope,
  x: Sym,
  out: number,
  options: { bias?: boolean; init?: Init; biasInit?: Init; part?: string } = {},
): Sym {
  const inputs = width(x, -1, "denseLayer");
  const init = options.init ?? fanIn(inputs);
  const part = options.part === undefined ? "" : `@${options.part}`;
  const weight = scope.slot(`weight${part}`, [out, inputs], init);
  if (options.bias === false) return linear(x, weight);
  const biasInit = options.biasInit ?? (options.init === undefined ? fanIn(inputs) : zero);
  return linear(x, weight, scope.slot(`bias${part}`, [out], biasInit));
}

/** A square convolution with "same" zero padding, channels last: (N, H, W, C) to (N, H, W, out). `kernel` is odd. */
export function convLayer(scope: Scope, x: Sym, out: number, kernel: number, options: { init?: Init } = {}): Sym {
  const inputs = width(x, 3, "convLayer");
  const init = options.init ?? fanIn(inputs * kernel * kernel);
  const weight = scope.slot("weight", [out, inputs, kernel, kernel], init);
  const half = (kernel - 1) / 2;
  return conv2dChannelsLast(x, weight, scope.slot("bias", [out], zero), [half, half]);
}

/** Layer normalisation over the last axis with scale and bias. */
export function layerNormLayer(scope: Scope, x: Sym, epsilon = 1e-5): Sym {
  const size = width(x, -1, "layerNormLayer");
  return layerNorm(x, scope.slot("weight", [size], one), scope.slot("bias", [size], zero), epsilon);
}

/** Rows of a table of `count` vectors by integer `ids`. */
export function embeddingLayer(scope: Scope, ids: Sym, count: number, size: number, init: Init = normal(0.02)): Sym {
  return gather(scope.slot("weight", [count, size], init), ids);
}
