// Matrix products, plain and batched, with either side transposed, and the linear layer.
import { broadcastShapes, dimProduct, type Dim, type Shape } from "../dim.ts";
import { apply, shapeError, type Op, type Sym } from "../sym.ts";
import { reshape } from "./shape.ts";
import { sumTo } from "./reduce.ts";

type MatmulAttributes = { transA: boolean; transB: boolean; alpha: number };

function matrixShape(shape: Shape, trans: boolean): [Dim, Dim] {
  const [rows, columns] = shape.slice(-2);
  return trans ? [columns, rows] : [rows, columns];
}

const matmulOp: Op<MatmulAttributes> = {
  name: "matmul",
  infer: ([a, b], { transA, transB }) => {
    if (a.rank < 2 || b.rank < 2) throw shapeError("matmul", [a, b], "both need at least two axes");
    if (a.dtype !== b.dtype) throw shapeError("matmul", [a, b], `dtypes ${a.dtype} and ${b.dtype} differ`);
    const [rows, inner] = matrixShape(a.shape, transA);
    const [other, columns] = matrixShape(b.shape, transB);
    const marks = `${transA ? "first transposed, " : ""}${transB ? "second transposed, " : ""}`;
    if (inner !== other) {
      throw shapeError("matmul", [a, b], `${marks}inner dimensions ${inner} and ${other} must be equal`);
    }
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if (batch === null) throw shapeError("matmul", [a, b], "batch dimensions must be equal or 1");
    return [{ shape: [...batch, rows, columns], dtype: a.dtype }];
  },
  grad: ({ inputs: [a, b], attrs: { transA, transB, alpha } }, [gradient]) => {
    const g = gradient!;
    const [constantA, constantB] = [a, b].map((sym) => sym.node.op.name === "constant");
    const ga = transA
      ? matmul(b, g, { transA: transB, transB: true, alpha })
      : matmul(g, b, { transB: !transB, alpha });
    const gb = transB
      ? matmul(g, a, { transA: true, transB: transA, alpha })
      : matmul(a, g, { transA: !transA, alpha });
    return [constantA ? undefined : sumTo(ga, a.shape), constantB ? undefined : sumTo(gb, b.shape)];
  },
  emit: ({ inputs: [a, b], attrs: { transA, transB, alpha } }, inputs, emitter) => {
    if (emitter.target !== "webgpu" && (transA || transB || alpha !== 1)) {
      const attributes = { transA: Number(transA), transB: Number(transB), alpha: { float: alpha } };
      return [emitter.microsoft("FusedMatMul", inputs, attributes)];
    }
    const straight = (sym: Sym, name: string, trans: boolean): string => {
      if (!trans) return name;
      const perm = sym.shape.map((_, i) => (i < sym.rank - 2 ? i : 2 * sym.rank - 3 - i));
      return emitter.node("Transpose", [name], { perm });
    };
    const product = emitter.node("MatMul", [straight(a, inputs[0], transA), straight(b, inputs[1], transB)]);
    return [alpha === 1 ? product : emitter.node("Mul", [product, emitter.scalar(alpha)])];
  },
};

/** alpha A B over the last two axes (batch axes broadcast); `transA`, `transB` read that matrix transposed. */
export function matmul(a: Sym, b: Sym, options: Partial<MatmulAttributes> = {}): Sym {
  const { transA = false, transB = false, alpha = 1 } = options;
  return apply(matmulOp, [a, b], { transA, transB, alpha });
}

const gemmOp: Op<null> = {
  name: "linear",
  infer: (inputs) => {
    const [x, weight, bias] = inputs;
    if (x.rank !== 2 || weight.rank !== 2) throw shapeError("linear", inputs, "x is (N, in), the weight (out, in)");
    if (x.shape[1] !== weight.shape[1]) {
      const rule = `the input has ${x.shape[1]} features, the weight (out, in) wants ${weight.shape[1]}`;
      throw shapeError("linear", inputs, rule);
    }
    if (bias && (bias.rank !== 1 || bias.shape[0] !== weight.shape[0])) {
      throw shapeError("linear", inputs, `the bias must be [${weight.shape[0]}]`);
    }
    return [{ shape: [x.shape[0], weight.shape[0]], dtype: x.dtype }];
  },
  grad: ({ inputs: [x, weight, bias] }, [gradient]) => {
    const g = gradient!;
    const gradients = [matmul(g, weight), matmul(g, x, { transA: true })];
    return bias ? [...gradients, sumTo(g, bias.shape)] : gradients;
  },
  // A Gemm with transB, never a Transpose of the weight: that would fold into a copy of it at load.
  emit: (_, inputs, emitter) => [emitter.node("Gemm", inputs, { transB: 1 })],
};

/** x W^T + b. `x` (..., in), `weight` (out, in), `bias` (out). */
export function linear(x: Sym, weight: Sym, bias?: Sym): Sym {
  if (weight.rank !== 2 || x.rank < 1 || x.shape[x.rank - 1] !== weight.shape[1]) {
    throw shapeError("linear", bias ? [x, weight, bias] : [x, weight], "x is (..., in), the weight (out, in)");
  }
  const lead = x.shape.slice(0, -1);
  const flat = reshape(x, [dimProduct(lead), weight.shape[1]]);
  return reshape(apply(gemmOp, bias ? [flat, weight, bias] : [flat, weight], null), [...lead, weight.shape[0]]);
}

