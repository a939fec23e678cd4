// The judges as training presets: what they learn from, and that the second CLIP shares no draws with the first.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDataset } from "../../src/data/index.ts";
import { entriesOf } from "../../src/evaluation/choose.ts";
import { loadFaceJudge } from "../../src/evaluation/face-judge.ts";
import { generatePictures } from "../../src/evaluation/generate.ts";
import { loadTextToImage } from "../../src/models/text-to-image.ts";
import { defaultFaceJudge } from "../../src/models/face-judge/config.ts";
import { textToImage } from "../../src/pipelines/index.ts";
import { nodeBackend } from "../../src/runtime/index.ts";
import { attributeTable, judgedAttributes } from "../../src/training/face-attributes.ts";
import { run } from "../../src/training/index.ts";
import { faceJudgeTask, shift } from "../../src/training/judge-task.ts";
import { exportFaceJudge } from "../../src/training/export.ts";
import { prepare } from "../../src/training/presets/index.ts";
import { registryOf } from "../../src/nn/index.ts";
import { clusteredShare } from "../../src/evaluation/math/interval.ts";
import { scoresOf } from "../../src/evaluation/measures/face-reading.ts";
import { realPictures } from "../../src/evaluation/real-pictures.ts";
import { writeTinyModels } from "../cli/tiny-model.ts";
import { writeTinyData } from "./tiny-judges.ts";

let folder = "";
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "driftfield-judges-"));
  writeTinyData(at("data"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("trains the second CLIP with seeds of its own", async () => {
  const options = { data: at("data"), seed: 1, cache: at("cache"), backend: await nodeBackend(), batchSize: 4 };
  const [clip, judge] = [await prepare("clip", options), await prepare("judge-clip", options)];
  expect(judge.settings.seed).not.toBe(clip.settings.seed ?? 1);
  expect(judge.task.makeBatch(0)).not.toEqual(clip.task.makeBatch(0));
});

it("learns to read the faces that it is shown, and reads them from a folder", async () => {
  const faces = await openDataset(at("data/faces"));
  const attributes = attributeTable(faces.records);
  const config = {
    ...defaultFaceJudge(attributes),
    image_size: 16,
    encoder_channels: [16],
    encoder_blocks: [0],
    latent_channels: 8,
    hidden_size: 32,
  };
  const task = faceJudgeTask(config, faces, { batchSize: 16, seed: 1 });
  const backend = await nodeBackend();
  const losses: number[] = [];
  const loop = run(task, {
    folder: at("run"),
    seed: 1,
    steps: 120,
    stepsPerRun: 20,
    rate: 5e-3,
    warmup: 5,
    cooldown: 0.2,
    emaDecay: 0.9,
    backend,
  });
  for (;;) {
    const next = await loop.next();
    if (next.done) {
      await exportFaceJudge(at("face-judge"), next.value, registryOf(task.loss, task.batch), config);
      break;
    }
    losses.push(next.value.loss);
  }
  expect(losses[losses.length - 1]).toBeLessThan(losses[0] / 2);

  const judge = await loadFaceJudge(at("face-judge"), { backend });
  const entries = entriesOf(faces, ["train"]);
  const readings = await judge.read(realPictures(entries));
  await judge.dispose();
  faces.close();
  const heads = new Set(Object.keys(attributes));
  const truths = entries.map(({ record }) =>
    Object.fromEntries(Object.entries(judgedAttributes(record.attributes ?? {})).filter(([name]) => heads.has(name))),
  );
  const { share } = clusteredShare(scoresOf(readings, truths));
  expect(share).toBeGreaterThan(0.9);
}, 120_000);

it("moves a picture and fills the rest with the background", () => {
  const pixels = Uint8Array.from({ length: 12 }, (_, i) => i); // 2x2
  expect([...shift(pixels, 2, 1, 0, [100, 101, 102])]).toEqual([100, 101, 102, 0, 1, 2, 100, 101, 102, 6, 7, 8]);
  expect([...shift(pixels, 2, 0, 0, [0, 0, 0])]).toEqual([...pixels]);
});

it("generates many prompts at once as the pipeline makes each alone", async () => {
  await writeTinyModels(at("models"));
  const backend = await nodeBackend();
  const model = await loadTextToImage(at("models/emoji"), { backend });
  const jobs = ["a cat", "a red hat", "a rocket"].map((prompt, i) => ({ prompt, seed: 10 + i }));
  const settings = { guidanceScale: 4, numInferenceSteps: 3, sampler: "ddpm" };
  const together = await generatePictures(model, jobs, settings, { batchSize: 2 });
  const pipeline = textToImage(model);
  for (const [i, job] of jobs.entries()) {
    const {
      images: [alone],
    } = await pipeline.generate({ ...job, ...settings });
    const largest = Math.max(...alone.data.map((value, at) => Math.abs(value - together[i].data[at])));
    expect(largest).toBeLessThanOrEqual(1);
  }
  await pipeline.dispose();
});
