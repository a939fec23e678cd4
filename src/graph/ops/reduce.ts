// Sums, means and maxima over axes, and the sum that undoes a broadcast.
import { dimProduct, isStatic, sameShape, type Dim, type Shape } from "../dim.ts";
import { apply, axisOf, type Op, type Sym } from "../sym.ts";
import { cast, equal, mul } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { constant } from "./leaf.ts";
import { broadcastTo, reshape } from "./shape.ts";

type Reduction = { axes: readonly number[]; keep: boolean };

function reduced(shape: Shape, { axes, keep }: Reduction): Shape {
  return shape.flatMap((dim, i): Dim[] => (axes.includes(i) ? (keep ? [1] : []) : [dim]));
}

function reduction(name: string, onnx: string, grad: (x: Sym, y: Sym, g: Sym, attrs: Reduction) => Sym): Op<Reduction> {
  return {
    name,
    infer: ([x], attrs) => [{ shape: reduced(x.shape, attrs), dtype: x.dtype }],
    grad: ({ inputs: [x], outputs: [y], attrs }, [g]) => {
      const kept = reduced(x.shape, { ...attrs, keep: true });
      return [grad(x, reshape(y, kept), reshape(g!, kept), attrs)];
    },
    emit: ({ attrs, inputs: [x] }, [name], emitter) => {
      const { axes, keep } = attrs;
      if (onnx !== "ReduceMax" && emitter.target !== "cpu" && axes.length === x.rank && isStatic(x.shape) && x.rank > 1) {
        // wasm sums in plain float32: two stages keep the error of long sums down (engine-facts: 2e-4 over a million).
        const inner = emitter.node(onnx, [name, emitter.ints([x.rank - 1])], { keepdims: 1 });
        return [emitter.node(onnx, [inner, emitter.ints(axes)], { keepdims: Number(keep) })];
      }
      return [emitter.node(onnx, [name, emitter.ints(axes)], { keepdims: Number(keep) })];
    },
  };
}

const sumOp = reduction("sum", "ReduceSum", (x, _y, g) => broadcastTo(g, x.shape));
const meanOp = reduction("mean", "ReduceMean", (x, _y, g, { axes }) => {
  const count = dimProduct(axes.map((axis) => x.shape[axis]));
  if (typeof count !== "number") throw new Error("the gradient of a mean needs numbers for the dimensions it reduces");
  return broadcastTo(mul(g, 1 / count), x.shape);
});
const maxOp = reduction("max", "ReduceMax", (x, y, g) => mul(cast(equal(x, y), "float32"), g));

type Options = { axes?: readonly number[]; keep?: boolean };

function attributes(x: Sym, { axes, keep = false }: Options, what: string): Reduction {
  const list = axes === undefined ? x.shape.map((_, i) => i) : axes.map((axis) => axisOf(x, axis, what));
  return { axes: [...new Set(list)].sort((a, b) => a - b), keep };
}

/** The sum over `axes` (all of them by default). `keep` leaves dimensions of 1 in their place. */
export const sum = (x: Sym, options: Options = {}): Sym => apply(sumOp, [x], attributes(x, options, "sum"));
/** The mean over `axes` (all of them by default). */
export const mean = (x: Sym, options: Options = {}): Sym => apply(meanOp, [x], attributes(x, options, "mean"));
/** The largest number over `axes`. Where several are largest, each gets the whole gradient. */
export const max = (x: Sym, options: Options = {}): Sym => apply(maxOp, [x], attributes(x, options, "max"));

/** Sums `x` down to `shape`, from which it was broadcast: the gradient of a broadcast. */
export function sumTo(x: Sym, shape: Shape): Sym {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.rank - shape.length;
  const axes = x.shape.flatMap((dim, i) => (i < lead || (shape[i - lead] === 1 && dim !== 1) ? [i] : []));
  const leading = axes.length > 0 && axes.every((axis, i) => axis === i) && axes.length < x.rank;
  if (leading && isStatic(x.shape)) {
    // Summing rows is a product with a row of ones: the matrix kernel runs on all cores, ReduceSum over rows on one.
    const rows = dimProduct(x.shape.slice(0, axes.length)) as number;
    const columns = dimProduct(x.shape.slice(axes.length)) as number;
    const ones = constant(new Float32Array(rows).fill(1), [1, rows]);
    return reshape(matmul(ones, reshape(x, [rows, columns])), shape);
  }
  return reshape(sum(x, { axes }), shape);
}
