// Scaled dot-product attention (Vaswani et al. 2017, eq. 1).
import { shapeError, type Sym } from "../sym.ts";
import { add } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { softmax } from "./softmax.ts";

/**
 * softmax(q k^T scale + bias) v. `q` (..., T, D), `k` (..., S, D), `v` (..., S, E); `bias` broadcasts to (..., T, S):
 * large negative numbers hide keys. `scale` is 1 / sqrt(D) by default.
 */
export function attention(q: Sym, k: Sym, v: Sym, options: { bias?: Sym; scale?: number } = {}): Sym {
  const width = q.shape[q.rank - 1];
  if (typeof width !== "number" || k.shape[k.rank - 1] !== width || k.shape[k.rank - 2] !== v.shape[v.rank - 2]) {
    throw shapeError("attention", [q, k, v], "q is (..., T, D), k (..., S, D), v (..., S, E)");
  }
  const scores = matmul(q, k, { transB: true, alpha: options.scale ?? 1 / Math.sqrt(width) }); // (..., T, S)
  return matmul(softmax(options.bias ? add(scores, options.bias) : scores), v); // (..., T, E)
}
