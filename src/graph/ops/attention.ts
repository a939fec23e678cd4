// Scaled dot-product attention (Vaswani et al. 2017, eq. 1).
import { broadcastShapes, sameShape, showShape, type Shape } from "../dim.ts";
import { shapeError, type Sym } from "../sym.ts";
import { add } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { softmax } from "./softmax.ts";

/**
 * softmax(q k^T scale + bias) v. `q` (..., T, D), `k` (..., S, D), `v` (..., S, E); `bias` broadcasts to (..., T, S):
 * large negative numbers hide keys. `scale` is 1 / sqrt(D) by default.
 */
export function attention(q: Sym, k: Sym, v: Sym, options: { bias?: Sym; scale?: number } = {}): Sym {
  const { bias } = options;
  const inputs = bias ? [q, k, v, bias] : [q, k, v];
  const [[rows, width], [keys, other], [values]] = [q, k, v].map((sym) => sym.shape.slice(-2));
  const batch = [k, v].reduce<Shape | null>(
    (lead, sym) => lead && broadcastShapes(lead, sym.shape.slice(0, -2)),
    q.shape.slice(0, -2),
  );
  if (inputs.some((sym) => sym.rank < 2) || typeof width !== "number" || other !== width || keys !== values || !batch) {
    throw shapeError("attention", inputs, "q is (..., T, D), k (..., S, D), v (..., S, E)");
  }
  const scored = [...batch, rows, keys];
  if (bias && !sameShape(broadcastShapes(scored, bias.shape) ?? [], scored)) {
    throw shapeError("attention", inputs, `the bias must broadcast to ${showShape(scored)}`);
  }
  const scores = matmul(q, k, { transB: true, alpha: options.scale ?? 1 / Math.sqrt(width) }); // (..., T, S)
  return matmul(softmax(bias ? add(scores, bias) : scores), v); // (..., T, E)
}
