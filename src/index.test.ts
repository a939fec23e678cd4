// The library by its front door, on a tiny model folder.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeTinyModels } from "../test/cli/tiny-model.ts";
import { loadClip, loadPipeline, type ProgressEvent } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "driftfield-library-"));
beforeAll(() => writeTinyModels(folder));
afterAll(() => rmSync(folder, { recursive: true }));

it("generates, streams and embeds as documented", async () => {
  const events: ProgressEvent[] = [];
  await using pipeline = await loadPipeline(join(folder, "emoji"), {
    device: "cpu",
    onProgress: (event) => events.push(event),
  });
  expect(events.map((event) => event.type === "load" && event.component)).toEqual([
    "text_encoder",
    "transformer",
    "vae",
  ]);
  const { images, warnings } = await pipeline.generate({ prompt: "a cat wearing a hat", seed: 7, guidanceScale: 4 });
  expect([images.length, images[0].seed, images[0].data.length, warnings]).toEqual([1, 7, 32 * 32 * 3, []]);
  let steps = 0;
  for await (const step of pipeline.stream({ prompt: "a rocket", seed: 1, sampler: "ddim", numInferenceSteps: 3 })) {
    expect([step.index, step.total, step.x.shape]).toEqual([steps++, 3, [1, 8, 1, 4, 4]]);
  }
  expect(steps).toBe(3);
  await using clip = await loadClip(join(folder, "clip"));
  expect((await clip.embedText(["a cat", "a hat"])).shape).toEqual([2, 12]);
});

it("refuses options that nobody knows, by their nearest names", async () => {
  await using pipeline = await loadPipeline(join(folder, "emoji"));
  const wrong = { prompt: "a cat", guidanceScal: 4 };
  await expect(pipeline.generate(wrong)).rejects.toMatchObject({
    code: "unknown_option",
    hint: "Did you mean guidanceScale?",
  });
  await expect(pipeline.stream(wrong).next()).rejects.toMatchObject({ code: "unknown_option" });
  await expect(pipeline.generate({ prompt: "  " })).rejects.toMatchObject({ code: "invalid_option", path: "prompt" });
  const run = { sgnal: AbortSignal.abort() } as object;
  await expect(pipeline.generate({ prompt: "a cat" }, run)).rejects.toMatchObject({ hint: "Did you mean signal?" });
  const options = { devise: "cpu" } as object;
  await expect(loadPipeline(join(folder, "emoji"), options)).rejects.toMatchObject({ hint: "Did you mean device?" });
});

it("stops loading when its signal says so", async () => {
  const signal = AbortSignal.abort();
  await expect(loadPipeline(join(folder, "emoji"), { signal })).rejects.toMatchObject({ code: "aborted" });
});
