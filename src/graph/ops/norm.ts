// Normalisations: over features (layer, RMS) and over groups of channels.
import { dimProduct, sameShape } from "../dim.ts";
import { apply, applyAll, shapeError, type Op, type Sym } from "../sym.ts";
import { add, div, mul, square, sub } from "./elementwise.ts";
import { constant } from "./leaf.ts";
import { mean, sumTo } from "./reduce.ts";
import { reshape } from "./shape.ts";
import { reciprocal, sqrt } from "./unary.ts";

type LayerNorm = { epsilon: number; scaled: boolean };
const layerNormOp: Op<LayerNorm> = {
  name: "layerNorm",
  infer: (inputs) => {
    const [x, scale, bias] = inputs;
    const width = x.shape[x.rank - 1];
    for (const item of [scale, bias]) {
      if (item && (item.rank !== 1 || item.shape[0] !== width)) {
        throw shapeError("layerNorm", inputs, `scale and bias must be [${width}], the last axis`);
      }
    }
    const statistics = { shape: [...x.shape.slice(0, -1), 1], dtype: x.dtype };
    return [{ shape: x.shape, dtype: x.dtype }, statistics, statistics];
  },
  // Ba et al. 2016. With n = (x - mean) inv and d = g scale: dx = inv (d - mean(d) - n mean(d n)).
  grad: ({ inputs: [x, scale, bias], outputs: [, average, inverse], attrs: { scaled } }, [gradient]) => {
    const g = gradient!;
    const normal = mul(sub(x, average), inverse);
    const d = scaled ? mul(g, scale) : g;
    const along = { axes: [x.rank - 1], keep: true };
    const dx = mul(sub(sub(d, mean(d, along)), mul(normal, mean(mul(d, normal), along))), inverse);
    return [dx, scaled ? sumTo(mul(g, normal), scale.shape) : undefined, bias && sumTo(g, bias.shape)];
  },
  emit: ({ attrs: { epsilon } }, inputs, emitter) =>
    emitter.nodes("LayerNormalization", inputs, { axis: -1, epsilon: { float: epsilon } }, { count: 3 }),
};

/** Zero mean and unit variance over the last axis, then scale and bias (each [width]; both may be left out). */
export function layerNorm(x: Sym, scale?: Sym, bias?: Sym, epsilon = 1e-5): Sym {
  const width = x.shape[x.rank - 1];
  if (typeof width !== "number") throw shapeError("layerNorm", [x], "the last axis must be a number");
  const factor = scale ?? constant(new Float32Array(width).fill(1), [width]);
  return applyAll(layerNormOp, bias ? [x, factor, bias] : [x, factor], { epsilon, scaled: scale !== undefined })[0];
}

/** x over its root mean square along the last axis, times `scale` [width] (Zhang & Sennrich 2019). */
export function rmsNorm(x: Sym, scale?: Sym, epsilon = 1e-6): Sym {
  const width = x.shape.slice(-1);
  if (scale && !sameShape(scale.shape, width)) throw shapeError("rmsNorm", [x, scale], `scale must be [${width}]`);
  const normal = div(x, sqrt(add(mean(square(x), { axes: [x.rank - 1], keep: true }), epsilon)));
  return scale ? mul(normal, scale) : normal;
}

const standardiseOp: Op<number> = {
  name: "standardise",
  infer: ([x]) => [{ shape: x.shape, dtype: x.dtype }],
  // As layerNorm's, without a scale.
  grad: ({ inputs: [x], outputs: [normal], attrs: epsilon }, [g]) => {
    const along = { axes: [2], keep: true };
    const inverse = reciprocal(sqrt(add(mean(square(sub(x, mean(x, along))), along), epsilon)));
    return [mul(sub(sub(g!, mean(g!, along)), mul(normal, mean(mul(g!, normal), along))), inverse)];
  },
  // Its scale and bias are by channel (here: by group), so a constant of a place's size isn't needed as layerNorm does.
  emit: ({ inputs: [x], attrs: epsilon }, [name], emitter) => {
    const groups = x.shape[1] as number;
    const filled = (value: number): string => {
      const content = new Uint8Array(new Float32Array(groups).fill(value).buffer);
      return emitter.initializer({ dtype: "float32", shape: [groups], content });
    };
    return [emitter.node("InstanceNormalization", [name, filled(1), filled(0)], { epsilon: { float: epsilon } })];
  },
};

/**
 * Group normalisation (Wu & He 2018) of `x` (N, C, ...): zero mean and unit variance over each group of C / groups
 * channels and all places, then `scale` and `bias` by channel.
 */
export function groupNorm(x: Sym, groups: number, scale: Sym, bias: Sym, epsilon = 1e-5): Sym {
  const channels = x.shape[1];
  if (x.rank < 3 || typeof channels !== "number" || channels % groups !== 0) {
    throw shapeError("groupNorm", [x], `it needs (N, C, ...) with C a multiple of ${groups} groups`);
  }
  if (!sameShape(scale.shape, [channels]) || !sameShape(bias.shape, [channels])) {
    throw shapeError("groupNorm", [x, scale, bias], `scale and bias must be [${channels}]`);
  }
  const places = dimProduct(x.shape.slice(2));
  const inGroup = dimProduct([channels / groups, places]);
  const normal = reshape(apply(standardiseOp, [reshape(x, [x.shape[0], groups, inGroup])], epsilon), x.shape);
  const byChannel = [channels, ...x.shape.slice(2).map(() => 1)];
  return add(mul(normal, reshape(scale, byChannel)), reshape(bias, byChannel));
}
