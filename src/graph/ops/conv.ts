// Convolutions over 1, 2 or 3 axes with channels first, and their transposes, each the other's gradient.
import { dimProduct } from "../dim.ts";
import { apply, shapeError, staticShape, type Op, type Sym } from "../sym.ts";
import { concat, slice, split, transpose } from "./shape.ts";
import { sum } from "./reduce.ts";

export type ConvOptions = {
  strides?: readonly number[];
  /** Zeros in front of and behind each spatial axis. */
  padding?: readonly number[];
  dilations?: readonly number[];
  groups?: number;
};
type Attributes = Required<ConvOptions>;
type TransposeAttributes = Attributes & { outputPadding: readonly number[] };

function complete(name: string, x: Sym, options: ConvOptions): Attributes {
  const axes = Math.max(0, x.rank - 2);
  const list = (option: "strides" | "padding" | "dilations", least: number): readonly number[] => {
    const values = options[option] ?? new Array<number>(axes).fill(least);
    if (values.length === axes && values.every((value) => Number.isInteger(value) && value >= least)) return values;
    throw shapeError(name, [x], `${option} [${values}] must be ${axes} integers of at least ${least}`);
  };
  const groups = options.groups ?? 1;
  if (!Number.isInteger(groups) || groups < 1) throw shapeError(name, [x], `${groups} isn't a number of groups`);
  return { strides: list("strides", 1), padding: list("padding", 0), dilations: list("dilations", 1), groups };
}

/**
 * Places of a map for which a stored kernel isn't copied into ONNX Runtime's blocks of channels. The blocks save a
 * tenth of a convolution's time (nothing at 8 x 8), and to make them takes a second for each 0.35 GB. Where maps are
 * small, a network has most of its kernels and a seventh of its work: without their blocks a large U-Net's
 * session is there in a third of the time (decision 10, bench/convolutions.ts, bench/session.ts).
 */
const FEW_PLACES = 256;

function onnxAttributes(attrs: Attributes): Record<string, readonly number[] | number> {
  const { strides, padding, dilations, groups } = attrs;
  return { strides, pads: [...padding, ...padding], dilations, group: groups };
}

function check(name: string, inputs: readonly Sym[], channels: number, bias: number): void {
  const [x, weight, b] = inputs;
  if (x.rank !== weight.rank || x.rank < 3 || x.rank > 5) {
    throw shapeError(name, inputs, "x and the weight have a batch or output axis, channels, and 1 to 3 spatial axes");
  }
  if (x.shape[1] !== channels) throw shapeError(name, inputs, `x must have ${channels} channels for this weight`);
  if (b && (b.rank !== 1 || b.shape[0] !== bias)) throw shapeError(name, inputs, `the bias must be [${bias}]`);
}

const convOp: Op<Attributes> = {
  name: "conv",
  infer: (inputs, { strides, padding, dilations, groups }) => {
    const [x, weight] = inputs;
    const kernel = staticShape(weight, "conv");
    check("conv", inputs, kernel[1] * groups, kernel[0]);
    if (kernel[0] % groups !== 0) throw shapeError("conv", inputs, `outputs must be a multiple of ${groups} groups`);
    const places = x.shape.slice(2).map((dim, i) => {
      const reach = dilations[i] * (kernel[i + 2] - 1) + 1;
      if (typeof dim !== "number") {
        if (strides[i] === 1 && 2 * padding[i] === reach - 1) return dim;
        throw shapeError("conv", inputs, "an open dimension needs stride 1 and padding that keeps it");
      }
      const size = Math.floor((dim + 2 * padding[i] - reach) / strides[i]) + 1;
      if (size < 1) throw shapeError("conv", inputs, `the window (${reach} wide) doesn't fit axis ${i + 2}`);
      return size;
    });
    return [{ shape: [x.shape[0], kernel[0], ...places], dtype: x.dtype }];
  },
  grad: ({ inputs: [x, weight, bias], attrs }, [gradient]) => {
    const g = gradient!;
    const gx = convTransposeTo(g, weight, attrs, staticShape(x, "conv").slice(2));
    const gradients = [gx, weightGradient(x, g, weight, attrs)];
    return bias ? [...gradients, channelSum(g)] : gradients;
  },
  emit: ({ attrs, outputs: [y] }, inputs, emitter) => {
    const places = dimProduct(y.shape.slice(2));
    if (emitter.target === "cpu" && typeof places === "number" && places <= FEW_PLACES) emitter.keepStored(inputs[1]);
    return [emitter.node("Conv", inputs, onnxAttributes(attrs))];
  },
};

/** Sums all but the channel axis: the gradient of a bias. */
const channelSum = (g: Sym): Sym => sum(g, { axes: g.shape.map((_, i) => i).filter((i) => i !== 1) });

/** Swaps batch and channels. */
const swap = (x: Sym): Sym => transpose(x, [1, 0, ...x.shape.slice(2).map((_, i) => i + 2)]);

/** dW is a convolution too, with the batch as its channels; strides and dilations change roles. */
function weightGradient(x: Sym, g: Sym, weight: Sym, { strides, padding, dilations, groups }: Attributes): Sym {
  if (groups > 1) {
    const cut = (sym: Sym): readonly Sym[] => split(sym, new Array(groups).fill((sym.shape[1] as number) / groups), 1);
    const outputs = split(weight, new Array(groups).fill((weight.shape[0] as number) / groups), 0);
    const [xs, gs] = [cut(x), cut(g)];
    const one = { strides, padding, dilations, groups: 1 };
    return concat(outputs.map((piece, i) => weightGradient(xs[i], gs[i], piece, one)), 0);
  }
  const whole = conv(swap(x), swap(g), undefined, { strides: dilations, padding, dilations: strides });
  const fitted = weight.shape.slice(2).reduce<Sym>((sym, size, i) => slice(sym, i + 2, 0, size as number), whole);
  return swap(fitted);
}

/** Convolution of `x` (N, C, ...) with `weight` (O, C / groups, ...) and `bias` (O): (N, O, ...). */
export function conv(x: Sym, weight: Sym, bias?: Sym, options: ConvOptions = {}): Sym {
  return apply(convOp, bias ? [x, weight, bias] : [x, weight], complete("conv", x, options));
}

const convTransposeOp: Op<TransposeAttributes> = {
  name: "convTranspose",
  infer: (inputs, { strides, padding, dilations, groups, outputPadding }) => {
    const [x, weight] = inputs;
    const kernel = staticShape(weight, "convTranspose");
    check("convTranspose", inputs, kernel[0], kernel[1] * groups);
    const places = x.shape.slice(2).map((dim, i) => {
      if (typeof dim !== "number") throw shapeError("convTranspose", inputs, "the spatial dimensions must be numbers");
      const [stride, extra] = [strides[i], outputPadding[i]];
      const size = (dim - 1) * stride - 2 * padding[i] + dilations[i] * (kernel[i + 2] - 1) + 1 + extra;
      const rule = `output padding ${extra} must be from 0 to ${stride - 1}, and the result of axis ${i + 2} not empty`;
      if (!(size > 0 && extra >= 0 && extra < stride)) throw shapeError("convTranspose", inputs, rule);
      return size;
    });
    return [{ shape: [x.shape[0], kernel[1] * groups, ...places], dtype: x.dtype }];
  },
  grad: ({ inputs: [x, weight, bias], attrs }, [gradient]) => {
    const g = gradient!;
    const { outputPadding: _, ...plain } = attrs;
    const gx = conv(g, weight, undefined, plain);
    const gradients = [gx, weightGradient(g, x, weight, plain)];
    return bias ? [...gradients, channelSum(g)] : gradients;
  },
  emit: ({ attrs }, inputs, emitter) => [
    emitter.node("ConvTranspose", inputs, { ...onnxAttributes(attrs), output_padding: attrs.outputPadding }),
  ],
};

/** The transpose of `conv`: `x` (N, C, ...), `weight` (C, O / groups, ...), `bias` (O). */
export function convTranspose(
  x: Sym,
  weight: Sym,
  bias?: Sym,
  options: ConvOptions & { outputPadding?: readonly number[] } = {},
): Sym {
  const attrs = complete("convTranspose", x, options);
  const outputPadding = options.outputPadding ?? attrs.strides.map(() => 0);
  return apply(convTransposeOp, bias ? [x, weight, bias] : [x, weight], { ...attrs, outputPadding });
}

/** The transpose whose output has the spatial sizes `places`. */
function convTransposeTo(g: Sym, weight: Sym, attrs: Attributes, places: readonly number[]): Sym {
  const kernel = staticShape(weight, "conv");
  const outputPadding = places.map((place, i) => {
    const { strides, padding, dilations } = attrs;
    const reach = dilations[i] * (kernel[i + 2] - 1) + 1;
    return place - (((g.shape[i + 2] as number) - 1) * strides[i] - 2 * padding[i] + reach);
  });
  return convTranspose(g, weight, undefined, { ...attrs, outputPadding });
}
