// The attention layers of convolutional models: self attention over places, the transformer with text (Rombach et al.
// 2022), and the simple form with extra keys and values (Karlo). Names and order: diffusers' attention.py,
// attention_processor.py and transformer_2d.py.
import {
  add, attentionHeads, concat, constant, div, gelu, mul, reshape, slice, transpose, type Sym,
} from "../../graph/index.ts";
import { denseLayer, diffusersNames, layerNormLayer, mappedAttention, type Scope } from "../../nn/index.ts";
import { convolution, groupNormLayer } from "./layers.ts";

/** (B, C, H, W) to (B, H W, C). */
function toTokens(x: Sym): Sym {
  const [batch, channels, height, width] = x.shape as [string, number, number, number];
  return transpose(reshape(x, [batch, channels, height * width]), [0, 2, 1]);
}

/** (B, H W, C) to (B, C, H, W). */
function toPlaces(x: Sym, like: Sym): Sym {
  const [batch, , height, width] = like.shape;
  return reshape(transpose(x, [0, 2, 1]), [batch, x.shape[2], height, width]);
}

/** Self attention over the places of a map, added to it, over `outputScale`. Without `groups` there is no norm. */
export function placeAttention(
  scope: Scope,
  x: Sym,
  options: { headSize: number | null; groups: number | null; epsilon: number; outputScale?: number },
): Sym {
  const { headSize, groups, epsilon, outputScale = 1 } = options;
  const channels = x.shape[1] as number;
  const heads = Math.floor(channels / (headSize ?? channels));
  const normed = groups === null ? x : groupNormLayer(scope.at("group_norm"), x, groups, epsilon);
  const inner = heads * (headSize ?? channels);
  const y = mappedAttention(scope, toTokens(normed), { heads, names: diffusersNames, inner });
  return div(add(toPlaces(y, x), x), outputScale);
}

/** GEGLU (Shazeer 2020): the value times the gelu of the gate, each a product of its own half of the weight's rows. */
function feedForward(scope: Scope, x: Sym): Sym {
  const width = x.shape[2] as number;
  const [value, gate] = [0, 1].map((half) => {
    const proj = scope.at("net").at(0).at("proj");
    return denseLayer(proj, x, 4 * width, { part: `${half}/2` });
  });
  return denseLayer(scope.at("net").at(2), mul(value, gelu(gate)), width);
}

export type TransformerOptions = {
  heads: number;
  layers: number;
  groups: number;
  /** What texts say: (B, L, D). */
  context: Sym;
  /** Added to the scores of texts: (B, 1, 1, L). */
  mask?: Sym;
  linearProjection: boolean;
  /** Whether the first attention of a layer looks at the text too, instead of the map itself. */
  onlyCross: boolean;
};

/** A mask (B, 1, 1, S) for `rows` queries: attention as one node wants them all. */
const forRows = (mask: Sym, rows: number): Sym => add(mask, constant(new Float32Array(rows), [1, 1, rows, 1]));

function transformerLayer(scope: Scope, x: Sym, options: TransformerOptions & { inner: number }): Sym {
  const { heads, context, mask, inner, onlyCross } = options;
  const names = diffusersNames;
  const bias = mask && { bias: forRows(mask, x.shape[1] as number) };
  const own = onlyCross ? { context } : {}; // without the mask: the reference keeps that for the second
  const settings = { heads, names, inner, inputBias: false };
  x = add(x, mappedAttention(scope.at("attn1"), layerNormLayer(scope.at("norm1"), x), { ...settings, ...own }));
  const queries = layerNormLayer(scope.at("norm2"), x);
  x = add(x, mappedAttention(scope.at("attn2"), queries, { ...settings, context, ...bias }));
  return add(x, feedForward(scope.at("ff"), layerNormLayer(scope.at("norm3"), x)));
}

/** Transformer2DModel: the places of a map attend to each other and to a text; the result is added to the map. */
export function textTransformer(scope: Scope, x: Sym, options: TransformerOptions): Sym {
  const { heads, layers, groups, linearProjection } = options;
  const channels = x.shape[1] as number;
  const inner = heads * Math.floor(channels / heads);
  const normed = groupNormLayer(scope.at("norm"), x, groups, 1e-6);
  let tokens = linearProjection
    ? denseLayer(scope.at("proj_in"), toTokens(normed), inner)
    : toTokens(convolution(scope.at("proj_in"), normed, inner, 1));
  for (let i = 0; i < layers; i++) {
    tokens = transformerLayer(scope.at("transformer_blocks").at(i), tokens, { ...options, inner });
  }
  const out = linearProjection
    ? toPlaces(denseLayer(scope.at("proj_out"), tokens, channels), x)
    : convolution(scope.at("proj_out"), toPlaces(tokens, x), channels, 1);
  return add(out, x);
}

export type SimpleOptions = {
  headSize: number;
  groups: number;
  context: Sym;
  mask?: Sym;
  onlyCross: boolean;
  contextNorm: "layer_norm" | "group_norm" | null;
};

/** Attention whose keys and values are those of the text followed by those of the places (AttnAddedKVProcessor). */
export function simpleAttention(scope: Scope, x: Sym, options: SimpleOptions): Sym {
  const { headSize, groups, mask, onlyCross, contextNorm } = options;
  const [, channels, height, width] = x.shape as [string, number, number, number];
  const heads = Math.floor(channels / headSize);
  const inner = heads * headSize;
  const tokens = toTokens(groupNormLayer(scope.at("group_norm"), x, groups, 1e-5));
  const context = normedContext(scope.at("norm_cross"), options.context, contextNorm);
  const q = denseLayer(scope.at("to_q"), tokens, inner);
  const pair = (own: string, added: string): Sym => {
    const extra = denseLayer(scope.at(added), context, inner);
    return onlyCross ? extra : concat([extra, denseLayer(scope.at(own), tokens, inner)], 1);
  };
  const [k, v] = [pair("to_k", "add_k_proj"), pair("to_v", "add_v_proj")];
  const seen = constant(new Float32Array(height * width), [1, 1, 1, height * width]);
  const whole = mask && (onlyCross ? mask : concat([mask, add(seen, mul(slice(mask, 3, 0, 1), 0))], 3));
  const bias = whole && { bias: forRows(whole, height * width) };
  const mixed = attentionHeads(q, k, v, { heads, ...bias });
  return add(toPlaces(denseLayer(scope.at("to_out").at(0), mixed, channels), x), x);
}

function normedContext(scope: Scope, context: Sym, kind: SimpleOptions["contextNorm"]): Sym {
  if (kind === null) return context;
  if (kind === "layer_norm") return layerNormLayer(scope, context);
  return transpose(groupNormLayer(scope, transpose(context, [0, 2, 1]), 32, 1e-5), [0, 2, 1]);
}
