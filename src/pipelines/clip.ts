// What follows from CLIP's vectors: how alike two things are, and which label fits.
import type { Tensor } from "../core/index.ts";
import type { ClipModel } from "../models/types.ts";
import { promptWarnings } from "./warnings.ts";

/** The rows of a (B, D) tensor. */
export function rowsOf({ data, shape: [rows, size] }: Tensor): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * size, (row + 1) * size)));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** Cosines of every two of `vectors`, which have unit length. */
export function cosineTable(vectors: readonly (readonly number[])[]): number[][] {
  return vectors.map((a) => vectors.map((b) => dot(a, b)));
}

/**
 * How probable each label is for a picture, by the softmax of scaled cosines (Radford et al. 2021, section 3.1.2).
 * All vectors have unit length; `logitScale` is the model's learned one (an inverse temperature).
 */
export function labelProbabilities(
  picture: readonly number[],
  labels: readonly (readonly number[])[],
  logitScale: number,
): number[] {
  const logits = labels.map((label) => logitScale * dot(picture, label));
  const largest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** What a CLIP doesn't take in of `texts`, each a "text" or a "label": words that it never saw, and what is cut off. */
export function textWarnings(clip: ClipModel, texts: readonly string[], what: string): string[] {
  const warnings = texts.flatMap((text) =>
    promptWarnings(texts.length === 1 ? what : `${what} ${JSON.stringify(text)}`, clip.tokenize(text), clip.maxTokens),
  );
  return [...new Set(warnings)];
}
