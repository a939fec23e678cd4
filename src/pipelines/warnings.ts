// What does no harm but should be known: words without effect, words that the model never saw, odd settings.
import { nearestNames } from "../core/index.ts";
import type { TokenizedPrompt } from "../models/types.ts";
import type { GenerateRequest, ResolvedRequest } from "./request.ts";

// Naming more helps nobody, and looking up thousands of words would take longer than the picture.
const MOST_WORDS_NAMED = 8;

/** Warnings about one tokenized text; `what` is "prompt", "negative prompt", "text" ... */
export function promptWarnings(what: string, tokens: TokenizedPrompt, maxTokens: number): string[] {
  const warnings: string[] = [];
  if (tokens.truncated) {
    warnings.push(`the ${what} has ${tokens.words} ${tokens.unit} and was cut to ${maxTokens} tokens: the rest has no effect`);
  }
  const unknown = [...new Set(tokens.unknown)];
  for (const word of unknown.slice(0, MOST_WORDS_NAMED)) {
    const near = nearestNames(word, tokens.vocabulary);
    const known = near.length > 0 ? `; the nearest words that it knows: ${near.join(", ")}` : "";
    warnings.push(`the model never saw the word "${word}" of the ${what}${known}`);
  }
  if (unknown.length > MOST_WORDS_NAMED) {
    warnings.push(`the model never saw ${unknown.length - MOST_WORDS_NAMED} other words of the ${what} either`);
  }
  return warnings;
}

/** Warnings about a request for a model that takes no text. */
export function textlessWarnings({ prompt, negativePrompt, guidanceScale }: ResolvedRequest): string[] {
  const given = [
    ...(prompt === undefined ? [] : ["the prompt"]),
    ...(negativePrompt === undefined ? [] : ["the negative prompt"]),
    ...(guidanceScale === 1 ? [] : [`guidance ${guidanceScale}`]),
  ];
  return given.map((what) => `this model takes no text: ${what} has no effect`);
}

/** Warnings about guidance. */
export function guidanceWarnings(guidanceScale: number, negativePrompt: string | undefined): string[] {
  const warnings: string[] = [];
  if (guidanceScale < 1) {
    warnings.push(
      `guidance ${guidanceScale} is below 1: it weakens the prompt (0 ignores it); elsewhere it would be off`,
    );
  }
  if (guidanceScale === 1 && negativePrompt !== undefined) {
    warnings.push("guidance 1 is off, so the negative prompt has no effect");
  }
  return warnings;
}

/** Warnings about what a walk starts from. */
export function startWarnings({ strength }: GenerateRequest, given: { image?: unknown; latents?: unknown }): string[] {
  const warnings: string[] = [];
  if (strength !== undefined && given.image === undefined) {
    warnings.push(`strength ${strength} has no effect without a picture to start from`);
  }
  if (given.latents !== undefined && given.image !== undefined) {
    warnings.push("the walk starts from the latents, so the picture decides nothing but the part outside a mask");
  }
  return warnings;
}
