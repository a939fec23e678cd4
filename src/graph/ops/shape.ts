// Rearranging: the same numbers under another shape.
import { dimProduct, dimQuotient, isStatic, sameShape, type Dim, type Shape } from "../dim.ts";
import { apply, applyAll, axisOf, shapeError, staticShape, type Op, type Sym } from "../sym.ts";
import { sum, sumTo } from "./reduce.ts";
import { zeros } from "./leaf.ts";

const reshapeOp: Op<Shape> = {
  name: "reshape",
  infer: ([x], shape) => {
    if (dimProduct(x.shape) !== dimProduct(shape)) {
      throw shapeError("reshape", [x, shape], `${dimProduct(x.shape)} numbers aren't ${dimProduct(shape)}`);
    }
    if (moved(x.shape, shape) > 1) {
      throw shapeError("reshape", [x, shape], "more than one open dimension changes its place");
    }
    return [{ shape, dtype: x.dtype }];
  },
  grad: ({ inputs: [x] }, [g]) => [reshape(g!, x.shape)],
  emit: ({ inputs: [x], attrs: shape }, [name], emitter) => [
    emitter.node("Reshape", [name, emitter.ints(reshapeTarget(x, shape))]),
  ],
};

/** How many open dimensions of `to` aren't at their place in `from`: an ONNX Reshape can infer one. */
function moved(from: Shape, to: Shape): number {
  return to.filter((dim, i) => typeof dim === "string" && dim !== from[i]).length;
}

/** The target of an ONNX Reshape: -1 stands for one open dimension, 0 for "as in the input at this place". */
function reshapeTarget(x: Sym, shape: Shape): number[] {
  return shape.map((dim, i) => (typeof dim === "number" ? dim : x.shape[i] === dim ? 0 : -1));
}

/** The same numbers under `shape`; one entry may be -1 (what is left). */
export function reshape(x: Sym, shape: Shape): Sym {
  const at = shape.indexOf(-1);
  let whole = shape;
  if (at >= 0) {
    const rest = dimQuotient(dimProduct(x.shape), dimProduct(shape.filter((_, i) => i !== at)));
    if (rest === null) throw shapeError("reshape", [x, shape], "what is left for -1 isn't whole");
    whole = shape.map((dim, i) => (i === at ? rest : dim));
  }
  if (sameShape(x.shape, whole)) return x;
  const [before] = x.node.op === (reshapeOp as Op<unknown>) ? x.node.inputs : [];
  return before && moved(before.shape, whole) <= 1 ? reshape(before, whole) : apply(reshapeOp, [x], whole);
}

const transposeOp: Op<readonly number[]> = {
  name: "transpose",
  infer: ([x], perm) => {
    const valid = perm.length === x.rank && [...perm].sort((a, b) => a - b).every((axis, i) => axis === i);
    if (!valid) throw shapeError("transpose", [x], `[${perm}] isn't a permutation of its axes`);
    return [{ shape: perm.map((axis) => x.shape[axis]), dtype: x.dtype }];
  },
  grad: ({ attrs: perm }, [g]) => [transpose(g!, perm.map((_, i) => perm.indexOf(i)))],
  emit: ({ attrs: perm }, inputs, emitter) => [emitter.node("Transpose", inputs, { perm })],
};

/** Axis i of the result is axis `perm[i]` of `x`. */
export function transpose(x: Sym, perm: readonly number[]): Sym {
  if (perm.length === x.rank && perm.every((axis, i) => axis === i)) return x;
  return apply(transposeOp, [x], perm);
}

const broadcastOp: Op<Shape> = {
  name: "broadcastTo",
  infer: ([x], shape) => {
    const lead = shape.length - x.rank;
    const fits = lead >= 0 && x.shape.every((dim, i) => dim === 1 || dim === shape[lead + i]);
    if (!fits) throw shapeError("broadcastTo", [x, shape], "dimensions must be equal or 1 (aligned at the right)");
    if (!isStatic(shape)) throw shapeError("broadcastTo", [x, shape], "every dimension must be a number");
    return [{ shape, dtype: x.dtype }];
  },
  grad: ({ inputs: [x] }, [g]) => [sumTo(g!, x.shape)],
  emit: ({ attrs: shape }, [name], emitter) => [emitter.node("Expand", [name, emitter.ints(shape as number[])])],
};

/** Repeats `x` along its dimensions of 1 (and in front) to `shape`. */
export function broadcastTo(x: Sym, shape: Shape): Sym {
  return sameShape(x.shape, shape) ? x : apply(broadcastOp, [x], shape);
}

const concatOp: Op<number> = {
  name: "concat",
  infer: (inputs, axis) => {
    const [first] = inputs;
    for (const other of inputs) {
      const fits = other.rank === first.rank && other.shape.every((dim, i) => i === axis || dim === first.shape[i]);
      if (!fits || other.dtype !== first.dtype) {
        throw shapeError("concat", inputs, `all but axis ${axis} must be equal`);
      }
    }
    const sizes = inputs.map((item) => item.shape[axis]);
    if (!isStatic(sizes)) throw shapeError("concat", inputs, `axis ${axis} must be a number in each`);
    const total = (sizes as number[]).reduce((a, b) => a + b, 0);
    return [{ shape: first.shape.map((dim, i) => (i === axis ? total : dim)), dtype: first.dtype }];
  },
  grad: ({ inputs, attrs: axis }, [g]) => [...split(g!, inputs.map((item) => item.shape[axis] as number), axis)],
  emit: ({ attrs: axis }, inputs, emitter) => [emitter.node("Concat", inputs, { axis })],
};

/** Joins along `axis`. */
export function concat(items: readonly Sym[], axis: number): Sym {
  if (items.length === 0) throw shapeError("concat", [], "there is nothing to join");
  return items.length === 1 ? items[0] : apply(concatOp, items, axisOf(items[0], axis, "concat"));
}

type Split = { axis: number; sizes: readonly number[] };
const splitOp: Op<Split> = {
  name: "split",
  infer: ([x], { axis, sizes }) => {
    const total = sizes.reduce((a, b) => a + b, 0);
    if (x.shape[axis] !== total) throw shapeError("split", [x], `sizes [${sizes}] must add up to axis ${axis}`);
    return sizes.map((size) => ({ shape: x.shape.map((dim, i) => (i === axis ? size : dim)), dtype: x.dtype }));
  },
  grad: ({ outputs, attrs: { axis } }, gradients) => [
    concat(outputs.map((output, i) => gradients[i] ?? zeros(output.shape)), axis),
  ],
  emit: ({ attrs: { axis, sizes } }, [x], emitter) => {
    return emitter.nodes("Split", [x, emitter.ints(sizes)], { axis }, { count: sizes.length });
  },
};

/** Cuts along `axis` into pieces of `sizes`. */
export function split(x: Sym, sizes: readonly number[], axis: number): readonly Sym[] {
  return applyAll(splitOp, [x], { axis: axisOf(x, axis, "split"), sizes });
}

type Slice = { axis: number; start: number; end: number; step: number };
const sliceOp: Op<Slice> = {
  name: "slice",
  infer: ([x], { axis, start, end, step }) => {
    const size = x.shape[axis];
    if (typeof size !== "number" || start < 0 || end > size || start >= end || step < 1) {
      throw shapeError("slice", [x], `[${start}, ${end}) by ${step} must lie within axis ${axis}`);
    }
    const count = Math.ceil((end - start) / step);
    return [{ shape: x.shape.map((dim, i) => (i === axis ? count : dim)), dtype: x.dtype }];
  },
  grad: ({ inputs: [x], attrs: { axis, start, end, step } }, [g]) => {
    const size = x.shape[axis] as number;
    const spread = step === 1 ? g! : dilate(g!, axis, step);
    const used = spread.shape[axis] as number;
    if (start + used > end) return [pad(slice(spread, axis, 0, end - start), axis, start, size - end)];
    return [pad(spread, axis, start, size - start - used)];
  },
  emit: ({ attrs: { axis, start, end, step } }, [x], emitter) => [
    emitter.node("Slice", [x, emitter.ints([start]), emitter.ints([end]), emitter.ints([axis]), emitter.ints([step])]),
  ],
};

/** Elements `start`, `start + step`, ... before `end` of an axis. */
export function slice(x: Sym, axis: number, start: number, end: number, step = 1): Sym {
  const at = axisOf(x, axis, "slice");
  if (start === 0 && end === x.shape[at] && step === 1) return x;
  return apply(sliceOp, [x], { axis: at, start, end, step });
}

/** Puts step - 1 zeros after every element of an axis. */
function dilate(x: Sym, axis: number, step: number): Sym {
  const shape = staticShape(x, "dilate");
  const apart = reshape(x, [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)]);
  const padded = pad(apart, axis + 1, 0, step - 1);
  return reshape(padded, shape.map((dim, i) => (i === axis ? dim * step : dim)));
}

type Pad = { axis: number; before: number; after: number };
const padOp: Op<Pad> = {
  name: "pad",
  infer: ([x], { axis, before, after }) => {
    const size = x.shape[axis];
    if (typeof size !== "number" || before < 0 || after < 0) {
      throw shapeError("pad", [x], `axis ${axis} must be a number, and ${before} and ${after} not negative`);
    }
    return [{ shape: x.shape.map((dim, i): Dim => (i === axis ? size + before + after : dim)), dtype: x.dtype }];
  },
  grad: ({ inputs: [x], attrs: { axis, before } }, [g]) => [
    slice(g!, axis, before, before + (x.shape[axis] as number)),
  ],
  emit: ({ inputs: [x], attrs: { axis, before, after } }, [name], emitter) => {
    const along = (count: number): number[] => x.shape.map((_, i) => (i === axis ? count : 0));
    return [emitter.node("Pad", [name, emitter.ints([...along(before), ...along(after)])])];
  },
};

/** Adds zeros in front of and behind an axis. */
export function pad(x: Sym, axis: number, before: number, after: number): Sym {
  if (before === 0 && after === 0) return x;
  return apply(padOp, [x], { axis: axisOf(x, axis, "pad"), before, after });
}

type Upsample = { factor: number; axes: number };
const upsampleOp: Op<Upsample> = {
  name: "upsampleNearest",
  infer: ([x], { factor, axes }) => {
    if (axes > x.rank) throw shapeError("upsampleNearest", [x], `it has fewer than ${axes} axes`);
    const shape = x.shape.map((dim, i) => (i < x.rank - axes ? dim : dimProduct([dim, factor])));
    return [{ shape, dtype: x.dtype }];
  },
  grad: ({ inputs: [x], attrs: { factor, axes } }, [g]) => {
    const lead = x.shape.slice(0, x.rank - axes);
    const apart = reshape(g!, [...lead, ...x.shape.slice(x.rank - axes).flatMap((dim) => [dim, factor])]);
    return [sum(apart, { axes: Array.from({ length: axes }, (_, i) => lead.length + 2 * i + 1) })];
  },
  emit: ({ inputs: [x], attrs: { factor, axes } }, [name], emitter) => {
    const scales = Float32Array.from(x.shape, (_, i) => (i < x.rank - axes ? 1 : factor));
    const content = new Uint8Array(scales.buffer);
    const by = emitter.initializer({ dtype: "float32", shape: [x.rank], content });
    const how = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
    return [emitter.node("Resize", [name, "", by], how)];
  },
};

/** Nearest-neighbour upsampling by `factor` of the last `axes` dimensions (2 for pictures). */
export function upsampleNearest(x: Sym, factor: number, axes = 2): Sym {
  return factor === 1 ? x : apply(upsampleOp, [x], { factor, axes });
}
