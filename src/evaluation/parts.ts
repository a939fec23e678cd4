// The trained parts that a measure rests on: where they lie, and what tells one training of them from another.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileSource, readSafetensorsHeader } from "../files/index.ts";

export const partNames = ["clip", "vae", "emoji", "judge-clip", "face-judge"] as const;
export type Part = (typeof partNames)[number];
export type Folders = { models: string; judges: string };

const weights = "model.safetensors";
const diffusers = "diffusion_pytorch_model.safetensors";

/** The files of each part: weights first, then what says how they are used. */
const files: Readonly<Record<Part, (folders: Folders) => readonly string[]>> = {
  clip: ({ models }) => [weights, "config.json", "tokenizer.json"].map((file) => join(models, "clip", file)),
  vae: ({ models }) => [diffusers, "config.json"].map((file) => join(models, "emoji", "vae", file)),
  emoji: ({ models }) =>
    [
      join("transformer", diffusers),
      join("text_encoder", weights),
      join("vae", diffusers),
      join("transformer", "config.json"),
      join("vae", "config.json"),
      join("scheduler", "scheduler_config.json"),
      "model_index.json",
    ].map((file) => join(models, "emoji", file)),
  "judge-clip": ({ judges }) =>
    [weights, "config.json", "tokenizer.json"].map((file) => join(judges, "judge-clip", file)),
  "face-judge": ({ judges }) => [weights, "config.json"].map((file) => join(judges, "face-judge", file)),
};

/** How each part is made, for whoever lacks it. */
export const howToMake: Readonly<Record<Part, string>> = {
  clip: "driftfield train clip --export models",
  vae: "driftfield train vae --export models",
  emoji: "driftfield train emoji --export models",
  "judge-clip": "driftfield train judge-clip --export runs/judges",
  "face-judge": "driftfield train face-judge --export runs/judges",
};

/** Twelve digits that change with the part's weights or configuration; undefined where a file of it is missing. */
export async function partHash(part: Part, folders: Folders): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for (const path of files[part](folders)) hash.update(await identityOf(path)).update("\n");
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "not_found" || code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
  return hash.digest("hex").slice(0, 12);
}

/** A weight file says its own hash in its header. */
async function identityOf(path: string): Promise<string | Uint8Array> {
  if (!path.endsWith(".safetensors")) return readFile(path);
  const source = await fileSource(path);
  try {
    const { metadata } = await readSafetensorsHeader(source);
    return (
      metadata["sha256"] ??
      createHash("sha256")
        .update(await source.read(0, source.size))
        .digest("hex")
    );
  } finally {
    await source.close();
  }
}
