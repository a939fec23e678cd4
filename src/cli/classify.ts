// `driftfield classify`: which of the given labels fits each picture, by CLIP, without training.
import type { classifyCommand } from "../options/index.ts";
import { labelProbabilities, rowsOf, textWarnings } from "../pipelines/index.ts";
import type { Run } from "./commands.ts";
import { readRgb } from "./picture-file.ts";
import { shorten, textTable } from "./table.ts";

export const run: Run<typeof classifyCommand.fields> = async (
  { files, labels, model = "clip", device = "cpu", variant, json },
  context,
) => {
  const { signal, onProgress } = context;
  const pictures = await Promise.all(files.map(readRgb));
  await using clip = await context.loadClip(model, { device, variant, signal, onProgress });
  const pictureRows = rowsOf(await clip.embedImages(pictures));
  const warnings = textWarnings(clip, labels, "label");
  const labelRows = rowsOf(await clip.embedText(labels));
  const probabilities = pictureRows.map((picture) => labelProbabilities(picture, labelRows, clip.logitScale));
  if (json) {
    context.print(JSON.stringify({ labels, probabilities, warnings }));
    return;
  }
  for (const warning of warnings) context.note(`warning: ${warning}`);
  const percent = (value: number) => `${(value * 100).toFixed(1)}%`;
  const rows = files.map((file, i) => [shorten(file, 32), ...probabilities[i].map(percent)]);
  context.print(textTable([["", ...labels.map((label) => shorten(label, 24))], ...rows]));
};
