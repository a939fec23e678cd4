// Arithmetic, number by number, with numpy's broadcasting; the gradient of a broadcast input is summed back.
import { broadcastShapes } from "../dim.ts";
import { apply, shapeError, type Op, type Sym } from "../sym.ts";
import { constant, constantScalar } from "./leaf.ts";
import { sumTo } from "./reduce.ts";

type BinaryRule = (a: Sym, b: Sym, g: Sym, y: Sym) => [Sym | undefined, Sym | undefined];

function binary(name: string, onnx: string, rule?: BinaryRule): Op<null> {
  return {
    name,
    infer: ([a, b]) => {
      const shape = broadcastShapes(a.shape, b.shape);
      if (shape === null) throw shapeError(name, [a, b], "dimensions must be equal or 1 (aligned at the right)");
      if (a.dtype !== b.dtype) throw shapeError(name, [a, b], `dtypes ${a.dtype} and ${b.dtype} differ`);
      return [{ shape, dtype: a.dtype }];
    },
    ...(rule && {
      grad: (node: { inputs: readonly Sym[]; outputs: readonly Sym[] }, [g]: readonly (Sym | undefined)[]) => {
        const [a, b] = node.inputs;
        const [ga, gb] = rule(a, b, g!, node.outputs[0]);
        return [ga && sumTo(ga, a.shape), gb && sumTo(gb, b.shape)];
      },
    }),
    emit: (_, inputs, emitter) => [emitter.node(onnx, inputs)],
  };
}

const addOp = binary("add", "Add", (_a, _b, g) => [g, g]);
const subOp = binary("sub", "Sub", (_a, _b, g) => [g, neg(g)]);
const mulOp = binary("mul", "Mul", (a, b, g) => [needs(a) ? mul(g, b) : undefined, needs(b) ? mul(g, a) : undefined]);
const divOp = binary("div", "Div", (a, b, g, y) => {
  const ga = div(g, b);
  return [needs(a) ? ga : undefined, needs(b) ? neg(mul(ga, y)) : undefined];
});
const maximumOp = binary("maximum", "Max", (a, b, g) => {
  const left = cast(greater(a, b), "float32");
  return [mul(g, left), mul(g, sub(1, left))];
});
const minimumOp = binary("minimum", "Min", (a, b, g) => {
  const left = cast(less(a, b), "float32");
  return [mul(g, left), mul(g, sub(1, left))];
});

/** A constant needs no gradient: its rule's half of the graph is never made. */
function needs(sym: Sym): boolean {
  return sym.node.op.name !== "constant";
}

type Operand = Sym | number;
const lift = (value: Operand): Sym => (typeof value === "number" ? constant(value) : value);

export function add(a: Operand, b: Operand): Sym {
  const [x, y] = [lift(a), lift(b)];
  if (constantScalar(x) === 0) return y;
  if (constantScalar(y) === 0) return x;
  return apply(addOp, [x, y], null);
}
export function sub(a: Operand, b: Operand): Sym {
  const [x, y] = [lift(a), lift(b)];
  return constantScalar(y) === 0 ? x : apply(subOp, [x, y], null);
}
export function mul(a: Operand, b: Operand): Sym {
  const [x, y] = [lift(a), lift(b)];
  if (constantScalar(x) === 1) return y;
  if (constantScalar(y) === 1) return x;
  return apply(mulOp, [x, y], null);
}
export function div(a: Operand, b: Operand): Sym {
  const divisor = typeof b === "number" ? b : constantScalar(b);
  if (divisor !== null && divisor !== 0) return mul(a, 1 / divisor);
  return apply(divOp, [lift(a), lift(b)], null);
}
/** The larger of the two; where they are equal the gradient goes to `b`. */
export const maximum = (a: Operand, b: Operand): Sym => apply(maximumOp, [lift(a), lift(b)], null);
/** The smaller of the two; where they are equal the gradient goes to `b`. */
export const minimum = (a: Operand, b: Operand): Sym => apply(minimumOp, [lift(a), lift(b)], null);
export const neg = (a: Sym): Sym => mul(a, -1);
export const square = (a: Sym): Sym => mul(a, a);

function comparison(name: string, onnx: string): Op<null> {
  const { infer, emit } = binary(name, onnx);
  return { name, infer: (inputs, attrs) => [{ shape: infer(inputs, attrs)[0].shape, dtype: "bool" }], emit };
}
const greaterOp = comparison("greater", "Greater");
const lessOp = comparison("less", "Less");
const equalOp = comparison("equal", "Equal");
export const greater = (a: Operand, b: Operand): Sym => apply(greaterOp, [lift(a), lift(b)], null);
export const less = (a: Operand, b: Operand): Sym => apply(lessOp, [lift(a), lift(b)], null);
export const equal = (a: Operand, b: Operand): Sym => apply(equalOp, [lift(a), lift(b)], null);

const whereOp: Op<null> = {
  name: "where",
  infer: (inputs) => {
    const [condition, a, b] = inputs;
    const inner = broadcastShapes(a.shape, b.shape);
    const shape = inner && broadcastShapes(condition.shape, inner);
    if (shape === null) throw shapeError("where", inputs, "dimensions must be equal or 1 (aligned at the right)");
    if (a.dtype !== b.dtype) throw shapeError("where", inputs, `dtypes ${a.dtype} and ${b.dtype} differ`);
    if (condition.dtype !== "bool") {
      throw shapeError("where", inputs, `the condition must be bool, got ${condition.dtype}`);
    }
    return [{ shape, dtype: a.dtype }];
  },
  grad: ({ inputs: [condition, a, b] }, [g]) => [
    undefined,
    sumTo(apply(whereOp, [condition, g!, constant(0)], null), a.shape),
    sumTo(apply(whereOp, [condition, constant(0), g!], null), b.shape),
  ],
  emit: (_, inputs, emitter) => [emitter.node("Where", inputs)],
};
/** `a` where the condition holds, else `b`. */
export const where = (condition: Sym, a: Operand, b: Operand): Sym =>
  apply(whereOp, [condition, lift(a), lift(b)], null);

const castTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const;
type CastTo = keyof typeof castTypes;
const castOp: Op<CastTo> = {
  name: "cast",
  infer: ([x], to) => [{ shape: x.shape, dtype: to }],
  grad: () => [undefined], // one side is always whole numbers, where nothing flows
  emit: (node, inputs, emitter) => [emitter.node("Cast", inputs, { to: castTypes[node.attrs] })],
};
export function cast(x: Sym, to: CastTo): Sym {
  return x.dtype === to ? x : apply(castOp, [x], to);
}

/** Values without their gradient: a constant to whatever comes after. */
const stopOp: Op<null> = {
  name: "stopGradient",
  infer: ([x]) => [x],
  grad: () => [undefined],
  emit: (_, [x]) => [x],
};
export const stopGradient = (x: Sym): Sym => apply(stopOp, [x], null);
