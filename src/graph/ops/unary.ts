// Functions of one number: exponentials, roots, waves, and the activations, each with its derivative.
import { apply, type Op, type Sym } from "../sym.ts";
import type { Emitter } from "../onnx/emit.ts";
import { add, cast, div, greater, mul, neg, square, sub } from "./elementwise.ts";

type Derivative = (x: Sym, y: Sym, g: Sym) => Sym;

type Emission = string | ((x: string, emitter: Emitter) => string);

function unary(name: string, onnx: Emission, derivative: Derivative): (x: Sym) => Sym {
  const op: Op<null> = {
    name,
    infer: ([x]) => [{ shape: x.shape, dtype: x.dtype }],
    grad: ({ inputs: [x], outputs: [y] }, [g]) => [derivative(x, y, g!)],
    emit: (_, [x], emitter) => [typeof onnx === "string" ? emitter.node(onnx, [x]) : onnx(x, emitter)],
  };
  return (x) => apply(op, [x], null);
}

export const exp = unary("exp", "Exp", (_x, y, g) => mul(g, y));
export const log = unary("log", "Log", (x, _y, g) => div(g, x));
/** The square root; its derivative at 0 is infinite. */
export const sqrt = unary("sqrt", "Sqrt", (_x, y, g) => mul(div(g, y), 0.5));
export const reciprocal = unary("reciprocal", "Reciprocal", (_x, y, g) => neg(mul(g, square(y))));
export const abs = unary("abs", "Abs", (x, _y, g) => mul(g, sign(x)));
export const sign = unary("sign", "Sign", (_x, _y, g) => mul(g, 0));
export const sin = unary("sin", "Sin", (x, _y, g) => mul(g, cos(x)));
export const cos: (x: Sym) => Sym = unary("cos", "Cos", (x, _y, g) => neg(mul(g, sin(x))));
export const erf = unary("erf", "Erf", (x, _y, g) => mul(g, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI))));
export const tanh = unary("tanh", "Tanh", (_x, y, g) => mul(g, sub(1, square(y))));
export const sigmoid = unary("sigmoid", "Sigmoid", (_x, y, g) => mul(g, mul(y, sub(1, y))));
export const relu = unary("relu", "Relu", (x, _y, g) => mul(g, cast(greater(x, 0), "float32")));

const standardNormalDensity = (x: Sym): Sym => mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));

/** x Phi(x), exact (Hendrycks & Gimpel 2016). */
export const gelu = unary("gelu", gelued, (x, _y, g) => {
  const distribution = add(mul(erf(mul(x, Math.SQRT1_2)), 0.5), 0.5);
  return mul(g, add(distribution, mul(x, standardNormalDensity(x))));
});

function gelued(x: string, emitter: Emitter): string {
  return emitter.target === "webgpu" ? emitter.node("Gelu", [x]) : emitter.microsoft("Gelu", [x]);
}

const TANH_SCALE = 2 * Math.sqrt(2 / Math.PI);
const TANH_CUBE = 0.044715 * TANH_SCALE;

/**
 * The tanh approximation of gelu (Hendrycks & Gimpel 2016): x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), which is
 * x sigmoid(v) with v twice tanh's argument: its slope needs fewer passes that way.
 */
export const geluTanh = unary(
  "geluTanh",
  (x, emitter) => emitter.node("Gelu", [x], { approximate: "tanh" }),
  (x, y, g) => {
    const squared = square(x);
    const s = sigmoid(mul(x, add(mul(squared, TANH_CUBE), TANH_SCALE)));
    const slope = add(mul(squared, 3 * TANH_CUBE), TANH_SCALE); // dv/dx
    return mul(g, add(s, mul(mul(y, sub(1, s)), slope)));
  },
);

/** x sigmoid(x), also called swish. */
export const silu = unary(
  "silu",
  (x, emitter) =>
    emitter.target === "webgpu"
      ? emitter.node("Mul", [x, emitter.node("Sigmoid", [x])])
      : emitter.microsoft("QuickGelu", [x], { alpha: { float: 1 } }), // x sigmoid(alpha x): one pass over memory
  (x, y, g) => {
    const s = sigmoid(x);
    return mul(g, add(s, mul(y, sub(1, s)))); // s + x s (1 - s)
  },
);

/** x sigmoid(1.702 x): the activation of OpenAI's CLIP. */
export const quickGelu = unary(
  "quickGelu",
  (x, emitter) => emitter.microsoft("QuickGelu", [x], { alpha: { float: 1.702 } }),
  (x, y, g) => {
    const s = sigmoid(mul(x, 1.702));
    return mul(g, add(s, mul(mul(y, sub(1, s)), 1.702)));
  },
);
