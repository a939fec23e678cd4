// Multi-head attention with its projections, named as in transformers and diffusers.
import { attention, attentionHeads, concat, linear, reshape, shapeError, split, transpose, type Sym } from "../graph/index.ts";
import { denseLayer } from "./layers.ts";
import { fanIn, zero, type Init, type Scope } from "./scope.ts";

/** (B, T, H D) to (B, H, T, D). */
export function splitHeads(x: Sym, heads: number): Sym {
  const [batch, length, width] = x.shape;
  if (x.rank !== 3 || typeof width !== "number" || width % heads !== 0) {
    throw shapeError("splitHeads", [x], `x is (B, T, C), C a multiple of ${heads} heads`);
  }
  return transpose(reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

/** (B, H, T, D) to (B, T, H D). */
export function joinHeads(x: Sym): Sym {
  const [batch, heads, length, size] = x.shape;
  return reshape(transpose(x, [0, 2, 1, 3]), [batch, length, (heads as number) * (size as number)]);
}

/**
 * Several dense layers of one input as one product: their weights are joined in the graph, and the slots stay apart.
 * Returns one (..., out) for each name.
 */
export function denseLayersTogether(
  scope: Scope,
  x: Sym,
  names: readonly string[],
  out: number,
  init?: Init,
): readonly Sym[] {
  const inputs = x.shape[x.rank - 1] as number;
  const weights = names.map((name) => scope.at(name).slot("weight", [out, inputs], init ?? fanIn(inputs)));
  const biases = names.map((name) => scope.at(name).slot("bias", [out], zero));
  const joined = linear(x, concat(weights, 0), concat(biases, 0));
  return split(
    joined,
    names.map(() => out),
    x.rank - 1,
  );
}

export type AttentionNames = { q: string; k: string; v: string; out: string };
export const clipNames: AttentionNames = { q: "q_proj", k: "k_proj", v: "v_proj", out: "out_proj" };
export const diffusersNames: AttentionNames = { q: "to_q", k: "to_k", v: "to_v", out: "to_out.0" };

export type AttentionOptions = {
  heads: number;
  names: AttentionNames;
  /** What keys and values are made of; `x` itself where it is left out (self attention). */
  context?: Sym;
  /** Added to the scores: broadcasts to (B, H, T, S). */
  bias?: Sym;
  /** Changes queries and keys (B, T, C) before they are cut into heads: norms of WAN. */
  prepare?: (q: Sym, k: Sym) => [Sym, Sym];
  /** Changes queries and keys (B, H, T, D): rotary positions. */
  rotate?: (x: Sym) => Sym;
  init?: Init;
};

/**
 * The same for weights that are mapped from a file: each projection is a product of its own (joined weights would be
 * copies in memory), and attention one node. `inner` is the width of the heads together, `C` unless told otherwise;
 * `inputBias` says whether the projections of queries, keys and values have biases. `bias` is (B or 1, H or 1, T, S).
 */
export function mappedAttention(
  scope: Scope,
  x: Sym,
  options: Pick<AttentionOptions, "heads" | "names" | "context" | "bias"> & { inner?: number; inputBias?: boolean },
): Sym {
  const { heads, names, context = x, bias, inputBias = true } = options;
  const width = x.shape[2] as number;
  const inner = options.inner ?? width;
  const q = denseLayer(scope.at(names.q), x, inner, { bias: inputBias });
  const k = denseLayer(scope.at(names.k), context, inner, { bias: inputBias });
  const v = denseLayer(scope.at(names.v), context, inner, { bias: inputBias });
  const mixed = attentionHeads(q, k, v, { heads, ...(bias && { bias }) });
  return denseLayer(scope.at(names.out), mixed, width);
}

/** Attention of `x` (B, T, C) to itself or `context` (B, S, C'): (B, T, C). */
export function multiHeadAttention(scope: Scope, x: Sym, options: AttentionOptions): Sym {
  const { heads, names, context, init } = options;
  const width = x.shape[2] as number;
  const [q0, k0, v] =
    context === undefined
      ? denseLayersTogether(scope, x, [names.q, names.k, names.v], width, init)
      : [
          denseLayer(scope.at(names.q), x, width, init && { init }),
          ...denseLayersTogether(scope, context, [names.k, names.v], width, init),
        ];
  const [q1, k1] = options.prepare ? options.prepare(q0, k0) : [q0, k0];
  const [q2, k2] = [splitHeads(q1, heads), splitHeads(k1, heads)];
  const [q, k] = options.rotate ? [options.rotate(q2), options.rotate(k2)] : [q2, k2];
  const mixed = attention(q, k, splitHeads(v, heads), options.bias ? { bias: options.bias } : {});
  return denseLayer(scope.at(names.out), joinHeads(mixed), width, init && { init });
}
