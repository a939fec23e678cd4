// Scaled dot-product attention (Vaswani et al. 2017, eq. 1).
import { broadcastShapes, sameShape, showShape, type Shape } from "../dim.ts";
import type { Emitter } from "../onnx/emit.ts";
import { apply, shapeError, type Op, type Sym } from "../sym.ts";
import { add, mul, sub } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { sum, sumTo } from "./reduce.ts";
import { reshape, transpose } from "./shape.ts";
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

type Heads = { heads: number; scale: number };

/** (B, T, H D) to (B, H, T, D), and back. */
function cut(x: Sym, heads: number): Sym {
  const [batch, length, width] = x.shape;
  return transpose(reshape(x, [batch, length, heads, (width as number) / heads]), [0, 2, 1, 3]);
}
const join = (x: Sym, like: Sym): Sym => reshape(transpose(x, [0, 2, 1, 3]), like.shape);

const headsOp: Op<Heads> = {
  name: "attentionHeads",
  infer: (inputs, { heads }) => {
    const [q, k, v, bias] = inputs;
    const [[batch, rows, width], [, keys]] = [q.shape, k.shape];
    const fits = [q, k, v].every((sym) => sym.rank === 3 && sym.shape[0] === batch && sym.shape[2] === width);
    if (!fits || keys !== v.shape[1] || typeof width !== "number" || width % heads !== 0) {
      throw shapeError("attentionHeads", inputs, `q is (B, T, C), k and v (B, S, C), C a multiple of ${heads} heads`);
    }
    const scored = [batch, heads, rows, keys];
    if (bias && (!sameShape(bias.shape.slice(2), [rows, keys]) || !broadcastShapes(scored, bias.shape))) {
      throw shapeError("attentionHeads", inputs, `the bias must be ${showShape(scored)}; 1 may stand for B and for H`);
    }
    return [{ shape: q.shape, dtype: q.dtype }];
  },
  // With p = softmax(scale q k^T + bias): dv = p^T g, and the scores' gradient is p (dp - sum(p dp)), dp = g v^T.
  grad: ({ inputs: [q, k, v, bias], attrs: { heads, scale } }, [gradient]) => {
    const [qh, kh, vh, g] = [q, k, v, gradient!].map((sym) => cut(sym, heads));
    const scores = matmul(qh, kh, { transB: true, alpha: scale });
    const p = softmax(bias ? add(scores, bias) : scores);
    const dp = mul(p, matmul(g, vh, { transB: true }));
    const ds = sub(dp, mul(p, sum(dp, { axes: [3], keep: true })));
    const dq = join(matmul(ds, kh, { alpha: scale }), q);
    const dk = join(matmul(ds, qh, { transA: true, alpha: scale }), k);
    const dv = join(matmul(p, g, { transA: true }), v);
    return bias ? [dq, dk, dv, sumTo(ds, bias.shape)] : [dq, dk, dv];
  },
  emit: ({ inputs: [q], attrs: { heads, scale } }, names, emitter) => {
    const size = (q.shape[2] as number) / heads;
    if (emitter.target === "webgpu") return [emitApart(names, { heads, scale }, size, emitter)];
    const [query, key, value, bias] = names;
    const inputs = bias === undefined ? [query, key, value] : [query, key, value, "", "", bias];
    return [emitter.microsoft("MultiHeadAttention", inputs, { num_heads: heads, scale: { float: scale } })];
  },
};

function emitApart([q, k, v, bias]: readonly string[], { heads, scale }: Heads, size: number, emitter: Emitter) {
  const apart = (name: string, perm: readonly number[]): string =>
    emitter.node("Transpose", [emitter.node("Reshape", [name, emitter.ints([0, 0, heads, size])])], { perm });
  const product = emitter.node("MatMul", [apart(q, [0, 2, 1, 3]), apart(k, [0, 2, 3, 1])]);
  const scores = emitter.node("Mul", [product, emitter.scalar(scale)]);
  const biased = bias === undefined ? scores : emitter.node("Add", [scores, bias]);
  const mixed = emitter.node("MatMul", [emitter.node("Softmax", [biased], { axis: -1 }), apart(v, [0, 2, 1, 3])]);
  const together = emitter.node("Transpose", [mixed], { perm: [0, 2, 1, 3] });
  return emitter.node("Reshape", [together, emitter.ints([0, 0, heads * size])]);
}

/**
 * Attention of `heads` heads as one node: `q` (B, T, C), `k` and `v` (B, S, C), their heads side by side along C;
 * `bias` is (B or 1, H or 1, T, S). `scale` is 1 / sqrt(C / heads) by default. Returns (B, T, C).
 */
export function attentionHeads(
  q: Sym,
  k: Sym,
  v: Sym,
  options: { heads: number; bias?: Sym; scale?: number },
): Sym {
  const { heads, bias } = options;
  const scale = options.scale ?? 1 / Math.sqrt((q.shape[q.rank - 1] as number) / heads);
  return apply(headsOp, bias ? [q, k, v, bias] : [q, k, v], { heads, scale });
}
