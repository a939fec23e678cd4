// Convolutions over one to three axes and their transposes, and the ones made of columns.
import { columns, conv2dChannelsLast } from "../../ops/columns.ts";
import { conv, convTranspose } from "../../ops/conv.ts";
import { concat, pad, slice, transpose, upsampleNearest } from "../../ops/shape.ts";
import { upsampleConv } from "../../ops/upsample-conv.ts";
import { opCase, type OpCase } from "../case.ts";
import type { Rng } from "../rng.ts";

type Setting = { strides: number[]; padding: number[]; dilations: number[]; groups: number; bias: boolean };
type Change = (rng: Rng, axes: number) => Partial<Setting>;
const variants: Record<string, Change> = {
  "window alone": () => ({ bias: false }),
  "with bias": () => ({}),
  padding: (rng, axes) => ({ padding: rng.shape(axes, 1, 3) }),
  strides: (rng, axes) => ({ strides: rng.shape(axes, 2, 3) }),
  dilations: (rng, axes) => ({ dilations: rng.shape(axes, 2, 3) }),
  groups: () => ({ groups: 2 }),
  "everything at once": (rng, axes) => ({
    strides: rng.shape(axes, 1, 3),
    padding: rng.shape(axes, 0, 2),
    dilations: rng.shape(axes, 1, 2),
    groups: rng.int(1, 3),
  }),
};

function setting(rng: Rng, axes: number, change: Change): Setting {
  const all = (value: number): number[] => new Array<number>(axes).fill(value);
  return { strides: all(1), padding: all(0), dilations: all(1), groups: 1, bias: true, ...change(rng, axes) };
}

const settings = [1, 2, 3].flatMap((axes) =>
  Object.entries(variants).map(([name, change]) => ({ axes, name, change })),
);

const convolutions = settings.map(({ axes, name, change }) =>
  opCase("conv", `${axes}d, ${name}`, (rng) => {
    const { bias, ...options } = setting(rng, axes, change);
    const kernel = rng.shape(axes, 1, 3);
    const [inputs, outputs] = [rng.int(1, 2) * options.groups, rng.int(1, 2) * options.groups];
    // From the smallest size that fits upwards, so that strides leave remainders.
    const places = kernel.map((k, i) => {
      const least = options.dilations[i] * (k - 1) + 1 - 2 * options.padding[i];
      return Math.max(1, least) + rng.int(0, 4);
    });
    return {
      inputs: {
        x: { shape: [rng.int(1, 2), inputs, ...places] },
        w: { shape: [outputs, inputs / options.groups, ...kernel] },
        ...(bias && { b: { shape: [outputs] } }),
      },
      build: ({ x, w, b }) => conv(x, w, b, options),
    };
  }),
);

const transposes = settings.map(({ axes, name, change }) =>
  opCase("convTranspose", `${axes}d, ${name}`, (rng) => {
    const { bias, ...options } = setting(rng, axes, change);
    const kernel = rng.shape(axes, 1, 3);
    const [inputs, outputs] = [rng.int(1, 2) * options.groups, rng.int(1, 2)];
    const outputPadding = options.strides.map((stride) => rng.int(0, stride - 1));
    // The result must not be empty: padding cuts it on both sides.
    const places = kernel.map((k, i) => {
      const short = 2 * options.padding[i] - options.dilations[i] * (k - 1) - outputPadding[i];
      return Math.max(0, Math.ceil(short / options.strides[i])) + rng.int(1, 3);
    });
    return {
      inputs: {
        x: { shape: [rng.int(1, 2), inputs, ...places] },
        w: { shape: [inputs, outputs, ...kernel] },
        ...(bias && { b: { shape: [outputs * options.groups] } }),
      },
      build: ({ x, w, b }) => convTranspose(x, w, b, { ...options, outputPadding }),
    };
  }),
);

const channelsLast = ["window alone", "with bias", "1x1", "same padding"].map((variant) =>
  opCase("conv2dChannelsLast", `${variant}, as conv`, (rng) => {
    const kernel = variant === "1x1" ? [1, 1] : variant === "same padding" ? [3, 3] : rng.shape(2, 1, 3);
    const padding = kernel.map((k) => (variant === "same padding" ? 1 : rng.int(0, k - 1))) as [number, number];
    const [channels, outputs] = rng.shape(2, 1, 3);
    return {
      inputs: {
        x: { shape: [rng.int(1, 2), kernel[0] + rng.int(0, 2), kernel[1] + rng.int(0, 2), channels] },
        w: { shape: [outputs, channels, ...kernel] },
        ...(variant !== "window alone" && { b: { shape: [outputs] } }),
      },
      build: ({ x, w, b }) => conv2dChannelsLast(x, w, b, padding),
      same: ({ x, w, b }) => transpose(conv(transpose(x, [0, 3, 1, 2]), w, b, { padding }), [0, 2, 3, 1]),
    };
  }),
);

const windows = opCase("columns", "windows around each place", (rng) => {
  const [kh, kw] = rng.shape(2, 1, 3);
  const padding: [number, number] = [rng.int(0, 2), rng.int(0, 2)];
  const [h, w] = [kh + rng.int(0, 2), kw + rng.int(0, 2)];
  const [oh, ow] = [h + 2 * padding[0] - kh + 1, w + 2 * padding[1] - kw + 1];
  return {
    inputs: { x: { shape: [rng.int(1, 2), h, w, rng.int(1, 2)] } },
    build: ({ x }) => columns(x, { kernel: [kh, kw], padding }),
    same: ({ x }) => {
      const padded = pad(pad(x, 1, padding[0], padding[0]), 2, padding[1], padding[1]);
      const taps = Array.from({ length: kh * kw }, (_, i) => [Math.floor(i / kw), i % kw]);
      return concat(taps.map(([i, j]) => slice(slice(padded, 1, i, i + oh), 2, j, j + ow)), 3);
    },
  };
});

const doubled = [true, false].map((biased) =>
  opCase("upsampleConv", `${biased ? "with bias" : "bare"}, as both apart`, (rng) => {
    const [n, inputs, outputs, height, width] = rng.shape(5, 1, 3);
    return {
      inputs: {
        x: { shape: [n, inputs, height, width] },
        w: { shape: [outputs, inputs, 3, 3] },
        ...(biased && { b: { shape: [outputs] } }),
      },
      build: ({ x, w, b }) => upsampleConv(x, w, b),
      same: ({ x, w, b }) => conv(upsampleNearest(x, 2), w, b, { padding: [1, 1] }),
    };
  }),
);

export const convCases: readonly OpCase[] = [...convolutions, ...transposes, ...channelsLast, ...doubled, windows];
