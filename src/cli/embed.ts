// `driftfield embed`: texts and pictures as vectors of one space, and how alike they are.
import type { embedCommand } from "../options/index.ts";
import { cosineTable, rowsOf, textWarnings } from "../pipelines/index.ts";
import type { Run } from "./commands.ts";
import { namesPicture, readRgb } from "./picture-file.ts";
import { shorten, textTable } from "./table.ts";

export const run: Run<typeof embedCommand.fields> = async (
  { inputs, model = "clip", device = "cpu", variant, json },
  context,
) => {
  const { signal, onProgress } = context;
  const pictures = new Map(
    await Promise.all(inputs.filter(namesPicture).map(async (path) => [path, await readRgb(path)] as const)),
  );
  const texts = inputs.filter((input) => !pictures.has(input));
  await using clip = await context.loadClip(model, { device, variant, signal, onProgress });
  const warnings = textWarnings(clip, texts, "text");
  const textRows = texts.length > 0 ? rowsOf(await clip.embedText(texts)) : [];
  const pictureRows = pictures.size > 0 ? rowsOf(await clip.embedImages([...pictures.values()])) : [];
  const row = new Map([
    ...texts.map((text, i) => [text, textRows[i]] as const),
    ...[...pictures.keys()].map((path, i) => [path, pictureRows[i]] as const),
  ]);
  const embeddings = inputs.map((input) => row.get(input) ?? []);
  const similarity = cosineTable(embeddings);
  if (json) {
    context.print(JSON.stringify({ model: clip.name, inputs, embeddings, similarity, warnings }));
    return;
  }
  for (const warning of warnings) context.note(`warning: ${warning}`);
  const names = inputs.map((input) => shorten(input, 24));
  context.print(
    textTable([["", ...names], ...names.map((name, i) => [name, ...similarity[i].map((value) => value.toFixed(3))])]),
  );
};
