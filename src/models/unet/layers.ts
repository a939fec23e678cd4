// Layers with channels first, as convolutional checkpoints of diffusers store them.
import {
  add, concat, conv, cos, exp, gelu, groupNorm, log, mean, mul, pad, relu, reshape, silu, sin, slice, tanh, constant,
  upsampleConv, upsampleNearest, type Sym,
} from "../../graph/index.ts";
import { denseLayer, fanIn, one, zero, type Scope } from "../../nn/index.ts";

const mish = (x: Sym): Sym => mul(x, tanh(log(add(exp(x), 1))));
export const activations = { silu, swish: silu, mish, gelu, relu };
export type Activation = keyof typeof activations;

/** A square convolution of (B, C, H, W) with bias; "same" padding unless told otherwise. */
export function convolution(
  scope: Scope,
  x: Sym,
  out: number,
  kernel: number,
  options: { stride?: number; padding?: number } = {},
): Sym {
  const inputs = x.shape[1] as number;
  const { stride = 1, padding = (kernel - 1) / 2 } = options;
  const weight = scope.slot("weight", [out, inputs, kernel, kernel], fanIn(inputs * kernel * kernel));
  const settings = { strides: [stride, stride], padding: [padding, padding] };
  return conv(x, weight, scope.slot("bias", [out], zero), settings);
}

/** Group normalisation of (B, C, ...) with scale and bias. */
export function groupNormLayer(scope: Scope, x: Sym, groups: number, epsilon: number): Sym {
  const channels = x.shape[1] as number;
  return groupNorm(x, groups, scope.slot("weight", [channels], one), scope.slot("bias", [channels], zero), epsilon);
}

/** Halves height and width by a strided convolution. Padding 0 stands for one row below and one column at the right. */
export function convolutionDown(scope: Scope, x: Sym, out: number, padding: number): Sym {
  const padded = padding === 0 ? pad(pad(x, 2, 0, 1), 3, 0, 1) : x;
  return convolution(scope, padded, out, 3, { stride: 2, padding });
}

/** Halves height and width by means of four places; an odd last row or column is left out. */
export function averageDown(x: Sym): Sym {
  const [batch, channels, height, width] = x.shape as [string, number, number, number];
  const [rows, columns] = [Math.floor(height / 2), Math.floor(width / 2)];
  const even = slice(slice(x, 2, 0, 2 * rows), 3, 0, 2 * columns);
  return mean(reshape(even, [batch, channels, rows, 2, columns, 2]), { axes: [3, 5] });
}

/** Doubles height and width and convolves, cut to `to` as `upTo` does. */
export function convolutionUp(scope: Scope, x: Sym, out: number, to?: readonly [number, number]): Sym {
  const [inputs, height, width] = x.shape.slice(1) as number[];
  if (to && (to[0] !== 2 * height || to[1] !== 2 * width)) return convolution(scope, upTo(x, to), out, 3);
  return upsampleConv(x, scope.slot("weight", [out, inputs, 3, 3], fanIn(9 * inputs)), scope.slot("bias", [out], zero));
}

/** Doubles height and width, cut to `to` where the skip connection that follows has odd sizes. */
export function upTo(x: Sym, to?: readonly [number, number]): Sym {
  const doubled = upsampleNearest(x, 2, 2);
  return to ? slice(slice(doubled, 2, 0, to[0]), 3, 0, to[1]) : doubled;
}

/**
 * Sinusoids of the times `t` (B): (B, size). Ho et al. 2020 after Vaswani et al. 2017; `shift` 1 divides by half - 1
 * (DDPM), 0 by half; cosines first where `flip` (get_timestep_embedding in embeddings.py).
 */
export function sinusoids(t: Sym, width: number, { flip, shift }: { flip: boolean; shift: number }): Sym {
  const half = Math.floor(width / 2);
  const frequencies = Float32Array.from({ length: half }, (_, i) => Math.exp((-Math.log(10000) * i) / (half - shift)));
  const angles = mul(reshape(t, [t.shape[0], 1]), constant(frequencies, [1, half]));
  const waves = concat(flip ? [cos(angles), sin(angles)] : [sin(angles), cos(angles)], 1);
  return width % 2 === 0 ? waves : pad(waves, 1, 0, 1);
}

/** TimestepEmbedding: two dense layers; `condition` (B, D) is added before them through a layer of its own. */
export function embeddingOf(
  scope: Scope,
  x: Sym,
  width: number,
  options: { activation?: Activation; after?: Activation | null; condition?: Sym } = {},
): Sym {
  const { activation = "silu", after, condition } = options;
  const given = condition
    ? add(x, denseLayer(scope.at("cond_proj"), condition, x.shape[1] as number, { bias: false }))
    : x;
  const inner = activations[activation](denseLayer(scope.at("linear_1"), given, width));
  const y = denseLayer(scope.at("linear_2"), inner, width);
  return after ? activations[after](y) : y;
}
