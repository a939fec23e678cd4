// What the denoiser is told: the prompt, and what guidance leads away from (the negative prompt, or the learned
// null condition).
import { type Tensor, tensor } from "../core/index.ts";
import type { TextCondition, TextToImageModel } from "../models/types.ts";
import type { ResolvedRequest } from "./request.ts";
import { guidanceWarnings, promptWarnings, textlessWarnings } from "./warnings.ts";

export type Conditions = { cond: TextCondition; uncond: TextCondition; warnings: string[] };

/** Encodes the prompts of `request`; each condition has B = 1. */
export async function conditionsOf(model: TextToImageModel, request: ResolvedRequest): Promise<Conditions> {
  const { prompt = "", negativePrompt, guidanceScale } = request;
  if (model.config.isUnconditional) {
    const none = await model.nullCondition();
    return { cond: none, uncond: none, warnings: textlessWarnings(request) };
  }
  const tokens = model.tokenize(prompt);
  const warnings = promptWarnings("prompt", tokens, model.config.maxTokens);
  const cond = await model.encodeText([tokens.ids]);
  let uncond: TextCondition;
  if (negativePrompt === undefined || negativePrompt.trim() === "") {
    uncond = await model.nullCondition();
  } else {
    const negative = model.tokenize(negativePrompt);
    warnings.push(...promptWarnings("negative prompt", negative, model.config.maxTokens));
    uncond = await model.encodeText([negative.ids]);
  }
  return { cond, uncond, warnings: [...warnings, ...guidanceWarnings(guidanceScale, negativePrompt)] };
}

/** A tensor of one row, `rows` times over. */
export function repeatRows(row: Tensor, rows: number): Tensor {
  if (rows === 1) return row;
  const repeated = tensor([rows, ...row.shape.slice(1)]);
  for (let i = 0; i < rows; i++) repeated.data.set(row.data, i * row.data.length);
  return repeated;
}
