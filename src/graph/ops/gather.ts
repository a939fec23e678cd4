// Rows of a table by number (embeddings), and the sum of rows back into the table, which is its gradient.
import { sizeOf } from "../../core/index.ts";
import { apply, axisOf, shapeError, type Op, type Sym } from "../sym.ts";
import { constant } from "./leaf.ts";
import { dimProduct, isStatic, sameShape, type Shape } from "../dim.ts";
import { reshape } from "./shape.ts";

const gatherOp: Op<null> = {
  name: "gather",
  infer: (inputs) => {
    const [table, ids] = inputs;
    if (ids.dtype !== "int32" && ids.dtype !== "int64") {
      throw shapeError("gather", inputs, `ids must be integers, got ${ids.dtype}`);
    }
    if (table.rank < 1) throw shapeError("gather", inputs, "the table needs an axis");
    return [{ shape: [...ids.shape, ...table.shape.slice(1)], dtype: table.dtype }];
  },
  grad: ({ inputs: [table, ids] }, [g]) => [scatterAdd(ids, g!, table.shape), undefined],
  emit: (_, inputs, emitter) => [emitter.node("Gather", inputs, { axis: 0 })],
};

/** Rows of `table` (V, ...) by `ids` (integers of any shape): (ids..., ...). */
export const gather = (table: Sym, ids: Sym): Sym => apply(gatherOp, [table, ids], null);

const scatterOp: Op<Shape> = {
  name: "scatterAdd",
  infer: (inputs, shape) => {
    const [ids, rows] = inputs;
    if (!isStatic(shape) || !isStatic(ids.shape)) {
      throw shapeError("scatterAdd", [...inputs, shape], "shapes must be numbers");
    }
    if (!sameShape(rows.shape, [...ids.shape, ...shape.slice(1)])) {
      throw shapeError("scatterAdd", [...inputs, shape], "the rows are (ids..., ...) for a result of (V, ...)");
    }
    return [{ shape, dtype: rows.dtype }];
  },
  grad: ({ inputs: [ids] }, [g]) => [undefined, gather(g!, ids)],
  emit: ({ inputs: [idsSym], attrs }, [ids, rows], emitter) => {
    const shape = attrs as readonly number[];
    const count = sizeOf(idsSym.shape as readonly number[]);
    const width = sizeOf(shape.slice(1));
    const blank = emitter.node("ConstantOfShape", [emitter.ints([shape[0], width])]);
    const places = emitter.node("Reshape", [emitter.node("Cast", [ids], { to: 7 }), emitter.ints([count, 1])]);
    const flat = emitter.node("Reshape", [rows, emitter.ints([count, width])]);
    // ScatterND's threads race for a place that comes twice: onnxruntime 1.30 loses additions. ScatterElements has one.
    const everywhere = (): string => emitter.node("Expand", [places, emitter.ints([count, width])]);
    const summed =
      emitter.target === "webgpu" || emitter.target === "torch"
        ? emitter.node("ScatterND", [blank, places, flat], { reduction: "add" })
        : emitter.node("ScatterElements", [blank, everywhere(), flat], { axis: 0, reduction: "add" });
    return [emitter.node("Reshape", [summed, emitter.ints(shape)])];
  },
};

/** Zeros of `shape` (V, ...) with `rows` (ids..., ...) added at the places `ids`; the same place may come twice. */
export const scatterAdd = (ids: Sym, rows: Sym, shape: Shape): Sym => apply(scatterOp, [ids, rows], shape);

const takeOp: Op<{ axis: number; indices: readonly number[] }> = {
  name: "take",
  infer: ([x], { axis, indices }) => {
    const size = x.shape[axis];
    if (typeof size !== "number" || indices.some((i) => !Number.isInteger(i) || i < 0 || i >= size)) {
      throw shapeError("take", [x], `indices [${indices}] must lie within axis ${axis}`);
    }
    return [{ shape: x.shape.map((dim, i) => (i === axis ? indices.length : dim)), dtype: x.dtype }];
  },
  grad: ({ inputs: [x], attrs: { axis, indices } }, [g]) => {
    const back = Array.from({ length: x.shape[axis] as number }, (_, i) => indices.indexOf(i));
    if (back.includes(-1) || back.length !== indices.length) {
      throw shapeError("take", [x], "only a permutation has a gradient here");
    }
    return [take(g!, axis, back)];
  },
  emit: ({ attrs: { axis, indices } }, [x], emitter) => [emitter.node("Gather", [x, emitter.ints(indices)], { axis })],
};

/** Elements of an axis in the order of fixed `indices`. */
export const take = (x: Sym, axis: number, indices: readonly number[]): Sym =>
  apply(takeOp, [x], { axis: axisOf(x, axis, "take"), indices });

/** Element `index` (an integer scalar, known at run time) of the first axis. */
export function at(x: Sym, index: Sym): Sym {
  if (dimProduct(index.shape) !== 1) throw shapeError("at", [x, index], "the index must be one number");
  return gather(x, reshape(index, []));
}

/** 0, 1, ..., n - 1 as integers. */
export const range = (n: number): Sym => constant(Int32Array.from({ length: n }, (_, i) => i));
