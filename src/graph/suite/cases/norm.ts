// Normalisations, softmax and the losses, against the same written out in simpler ops.
import { add, div, mul, neg, square, sub } from "../../ops/elementwise.ts";
import { constant } from "../../ops/leaf.ts";
import { groupNorm, layerNorm, rmsNorm } from "../../ops/norm.ts";
import { mean, sum } from "../../ops/reduce.ts";
import { reshape } from "../../ops/shape.ts";
import { crossEntropy, logSoftmax, logSumExp, meanSquaredError, oneHot, softmax } from "../../ops/softmax.ts";
import { exp, log, sqrt } from "../../ops/unary.ts";
import type { Sym } from "../../sym.ts";
import { centred, forwardCase, ids, opCase, spaced, uniform, type OpCase } from "../case.ts";

function standardised(x: Sym, axes: readonly number[], epsilon: number): Sym {
  const apart = sub(x, mean(x, { axes, keep: true }));
  return div(apart, sqrt(add(mean(square(apart), { axes, keep: true }), epsilon)));
}

const layerNorms = [1, 2, 3, 4].flatMap((rank) =>
  ["bare", "scale", "scale and bias", "bias", "constant scale"].map((variant) =>
    opCase("layerNorm", `rank ${rank}, ${variant}`, (rng) => {
      const width = rng.int(3, 6);
      const epsilon = rng.pick([1e-5, 0.1]);
      const fixed = constant(Float32Array.from({ length: width }, () => rng.uniform(0.5, 2)));
      const scaleOf = (s: Sym | undefined): Sym | undefined => (variant === "constant scale" ? fixed : s);
      return {
        inputs: {
          x: { shape: [...rng.shape(rank - 1, 1, 3), width], draw: spaced() },
          ...(variant.startsWith("scale") && { s: { shape: [width] } }),
          ...(variant.endsWith("bias") && { b: { shape: [width] } }),
        },
        build: ({ x, s, b }) => layerNorm(x, scaleOf(s), b, epsilon),
        same: ({ x, s, b }) => {
          const scale = scaleOf(s);
          const scaled = scale ? mul(standardised(x, [-1], epsilon), scale) : standardised(x, [-1], epsilon);
          return b ? add(scaled, b) : scaled;
        },
      };
    }),
  ),
);

const rmsNorms = [true, false].map((scaled) =>
  opCase("rmsNorm", scaled ? "with scale" : "bare", (rng) => {
    const width = rng.int(3, 6);
    return {
      inputs: {
        x: { shape: [...rng.shape(rng.int(0, 3), 1, 3), width], draw: spaced(0.25) },
        ...(scaled && { s: { shape: [width] } }),
      },
      build: ({ x, s }) => rmsNorm(x, s),
      same: ({ x, s }) => {
        const size = sqrt(add(mul(sum(mul(x, x), { axes: [-1], keep: true }), 1 / width), 1e-6));
        return s ? div(mul(x, s), size) : div(x, size);
      },
    };
  }),
);

const groupNorms = [1, 2, 3].flatMap((axes) =>
  (["one group", "groups", "a group a channel"] as const).map((variant) =>
    opCase("groupNorm", `${axes} spatial axes, ${variant}`, (rng) => {
      const channels = 4;
      const groups = { "one group": 1, groups: 2, "a group a channel": channels }[variant];
      const places = rng.shape(axes, 2, 3);
      const n = rng.int(1, 2);
      const byChannel = [channels, ...places.map(() => 1)];
      return {
        inputs: {
          x: { shape: [n, channels, ...places], draw: spaced() },
          s: { shape: [channels] },
          b: { shape: [channels] },
        },
        build: ({ x, s, b }) => groupNorm(x, groups, s, b),
        same: ({ x, s, b }) => {
          const grouped = standardised(reshape(x, [n, groups, -1]), [-1], 1e-5);
          return add(mul(reshape(grouped, x.shape), reshape(s, byChannel)), reshape(b, byChannel));
        },
      };
    }),
  ),
);

const alongAxes = [1, 2, 3].flatMap((rank) =>
  Array.from({ length: rank }, (_, axis) => axis).flatMap((axis) => {
    const along = { axes: [axis], keep: true };
    const total = (x: Sym): Sym => sum(exp(x), along);
    const variant = `axis ${axis} of ${rank}`;
    const body = (apply: (x: Sym) => Sym, same: (x: Sym) => Sym) => (rng: { shape(rank: number): number[] }) => ({
      inputs: { x: { shape: rng.shape(rank), draw: centred } },
      build: ({ x }: Record<string, Sym>) => apply(x),
      same: ({ x }: Record<string, Sym>) => same(x),
    });
    const squeeze = (y: Sym): Sym => reshape(y, y.shape.filter((_, i) => i !== axis));
    return [
      opCase("softmax", variant, body((x) => softmax(x, axis), (x) => div(exp(x), total(x)))),
      opCase("logSoftmax", variant, body((x) => logSoftmax(x, axis), (x) => sub(x, log(total(x))))),
      opCase("logSumExp", `${variant}, kept`, body((x) => logSumExp(x, axis, true), (x) => log(total(x)))),
      opCase("logSumExp", variant, body((x) => logSumExp(x, axis - rank), (x) => squeeze(log(total(x))))),
    ];
  }),
);

const entropies = ["int32 labels", "int64 labels", "soft targets"].flatMap((target) =>
  [true, false].map((weighted) =>
    opCase("crossEntropy", `${target}${weighted ? ", weights" : ""}`, (rng) => {
      const [n, classes] = [rng.int(1, 4), rng.int(2, 5)];
      const soft = target === "soft targets";
      const dtype = target === "int64 labels" ? "int64" : "int32";
      return {
        inputs: {
          logits: { shape: [n, classes] },
          labels: soft ? { shape: [n, classes], draw: uniform(0, 1) } : { shape: [n], dtype, draw: ids(classes) },
          ...(weighted && { weights: { shape: [n], draw: uniform(0.5, 2) } }),
        },
        build: ({ logits, labels, weights }) => crossEntropy(logits, labels, weights),
        same: ({ logits, labels, weights }) => {
          const log1 = sub(logits, logSumExp(logits, 1, true));
          const each = neg(sum(mul(soft ? labels : oneHot(labels, classes), log1), { axes: [1] }));
          return weights ? div(sum(mul(each, weights)), sum(weights)) : mul(sum(each), 1 / n);
        },
      };
    }),
  ),
);

const others: OpCase[] = [
  opCase("meanSquaredError", "equal shapes", (rng) => {
    const shape = rng.shape(rng.int(1, 3));
    return {
      inputs: { a: { shape }, b: { shape } },
      build: ({ a, b }) => meanSquaredError(a, b),
      expect: ({ a, b }) => [a.reduce((total, value, i) => total + (value - b[i]) ** 2, 0) / a.length],
    };
  }),
  forwardCase("oneHot", "labels of any rank", (rng) => {
    const classes = rng.int(1, 4);
    return {
      inputs: { n: { shape: rng.shape(rng.int(0, 2)), dtype: rng.pick(["int32", "int64"]), draw: ids(classes) } },
      build: ({ n }) => oneHot(n, classes),
      expect: ({ n }) => n.flatMap((label) => Array.from({ length: classes }, (_, i) => Number(i === label))),
    };
  }),
];

export const normCases: readonly OpCase[] = [
  ...layerNorms, ...rmsNorms, ...groupNorms, ...alongAxes, ...entropies, ...others,
];
