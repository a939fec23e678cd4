// From prompt to pixels on a model whose field is known exactly.
import { describe, expect, it } from "vitest";
import { analyticModel } from "../../test/cli/analytic-model.ts";
import type { ProgressEvent, Tensor } from "../core/index.ts";
import { sha256 } from "../files/index.ts";
import { type PictureStep, textToImage } from "./text-to-image.ts";

/** The colour at the picture's upper right corner, which is off its diagonal. */
function corner({ data, width }: { data: Uint8Array; width: number }): number[] {
  return [...data.subarray((width - 1) * 3, width * 3)];
}

const red = [255, 0, 0];
const blue = [0, 0, 255];

describe("generate", () => {
  it("makes what the prompt names", async () => {
    await using pipeline = textToImage(analyticModel());
    for (const [prompt, colour] of [
      ["a red picture", red],
      ["a blue picture", blue],
    ] as const) {
      const { images } = await pipeline.generate({ prompt, count: 3, seed: 1 });
      expect(images.map(corner)).toEqual([colour, colour, colour]);
    }
  });

  it("says everything that decided the pictures, drawn seeds included", async () => {
    const pipeline = textToImage(analyticModel());
    const first = await pipeline.generate({ prompt: "a picture", count: 2 });
    const [{ seed }, second] = first.images;
    expect(second.seed).toBe(seed + 1);
    expect(first.request).toMatchObject({
      numInferenceSteps: 8,
      guidanceScale: 3,
      sampler: "flow-euler",
      width: 16,
      height: 16,
    });
    expect(first.images[0].sha256).toBe(await sha256([first.images[0].data]));
    const again = await pipeline.generate({ prompt: "a picture", seed, count: 2 });
    expect(again.images).toEqual(first.images);
  });

  it("makes picture i of n bit for bit as seed + i alone, and as one of --seeds", async () => {
    const pipeline = textToImage(analyticModel());
    const request = { prompt: "a picture", sampler: "ddpm" };
    const { images } = await pipeline.generate({ ...request, seed: 5, count: 4 });
    const { images: alone } = await pipeline.generate({ ...request, seed: 7 });
    const { images: listed } = await pipeline.generate({ ...request, seeds: [100, 7] });
    expect(alone[0]).toEqual(images[2]);
    expect(listed[1]).toEqual(images[2]);
    expect(images[2]).not.toEqual(images[3]);
  });

  it("gives a picture the same noise in a batch as alone, under a sampler that draws at every step", async () => {
    const pipeline = textToImage(analyticModel());
    const request = { prompt: "a red picture", sampler: "ddpm", seed: 3, numInferenceSteps: 5 };
    const steps: Tensor[] = [];
    const batch: Tensor[] = [];
    await pipeline.generate({ ...request, seed: 4 }, { onStep: ({ next }) => steps.push(next) });
    await pipeline.generate({ ...request, count: 3, batchSize: 3 }, { onStep: ({ next }) => batch.push(next) });
    for (const [i, { data }] of steps.entries()) {
      expect(batch[i].data.slice(data.length, 2 * data.length)).toEqual(data);
    }
    expect(batch).toHaveLength(5);
  });

  it.each(["", " \t\n"])("refuses a blank prompt, which is for published models: %j", async (prompt) => {
    const refused = { code: "invalid_option", path: "prompt", received: prompt };
    await expect(textToImage(analyticModel()).generate({ prompt })).rejects.toMatchObject(refused);
  });

  it("evaluates with and without the prompt at once, and only with it where guidance is off", async () => {
    const model = analyticModel();
    const pipeline = textToImage(model);
    const guided = await pipeline.generate({ prompt: "a red picture", seed: 1, numInferenceSteps: 4 });
    expect(model.evaluations).toEqual([2, 2, 2, 2]);
    expect(guided.evaluations).toBe(4);
    model.evaluations.length = 0;
    await pipeline.generate({ prompt: "a red picture", seed: 1, numInferenceSteps: 4, guidanceScale: 1 });
    expect(model.evaluations).toEqual([1, 1, 1, 1]);
  });

  it("leads away from the negative prompt instead of from the null condition", async () => {
    const pipeline = textToImage(analyticModel());
    const seeds = Array.from({ length: 24 }, (_, i) => i);
    const count = async (negativePrompt?: string) => {
      const { images } = await pipeline.generate({ prompt: "a picture", negativePrompt, seeds, guidanceScale: 4 });
      return images.filter((image) => corner(image).join() === red.join()).length;
    };
    expect(await count()).toBeGreaterThan(0);
    expect(await count("a red picture")).toBe(0);
  });

  it("starts from given latents", async () => {
    const pipeline = textToImage(analyticModel());
    const first: PictureStep[] = [];
    const { images } = await pipeline.generate(
      { prompt: "a picture", seed: 1 },
      { onStep: (step) => first.push(step) },
    );
    const from = await pipeline.generate({ prompt: "a picture", seed: 2 }, { latents: first[0].x });
    expect(from.images[0].data).toEqual(images[0].data);
  });

  it("hands every picture over as soon as it is there", async () => {
    const model = analyticModel();
    const evaluations: number[] = [];
    await textToImage(model).generate(
      { prompt: "a picture", count: 3, seed: 0, numInferenceSteps: 2 },
      { onImage: () => void evaluations.push(model.evaluations.length) },
    );
    expect(evaluations).toEqual([2, 4, 6]);
  });

  it("reports a progress that never falls and ends at 1", async () => {
    const events: ProgressEvent[] = [];
    await textToImage(analyticModel()).generate(
      { prompt: "a picture", count: 2, seed: 0, numInferenceSteps: 3 },
      { onProgress: (event) => events.push(event) },
    );
    const fractions = events.map(({ fraction }) => fraction ?? NaN);
    expect(fractions).toHaveLength(6);
    expect(fractions.toSorted((a, b) => a - b)).toEqual(fractions);
    expect(fractions.at(-1)).toBe(1);
    expect(events.map((event) => (event.type === "step" ? event.stage : ""))).toEqual([
      ...Array(3).fill("picture 1 of 2"),
      ...Array(3).fill("picture 2 of 2"),
    ]);
  });

  it("refuses a size that the model doesn't make, and seeds beyond the last one", async () => {
    const pipeline = textToImage(analyticModel());
    await expect(pipeline.generate({ prompt: "a", width: 32, height: 32 })).rejects.toMatchObject({
      code: "invalid_option",
      message: 'the model "colours" makes pictures of 16x16, got size 32x32',
    });
    const last = Number.MAX_SAFE_INTEGER;
    await expect(pipeline.generate({ prompt: "a", seed: last, count: 2 })).rejects.toMatchObject({
      hint: `Give a seed of at most ${last - 1}.`,
    });
    await expect(pipeline.generate({ prompt: "a", seed: last })).resolves.toMatchObject({ images: [{ seed: last }] });
  });
});

describe("warnings", () => {
  const warningsOf = async (request: Parameters<ReturnType<typeof textToImage>["generate"]>[0]) =>
    (await textToImage(analyticModel()).generate({ seed: 0, numInferenceSteps: 2, ...request })).warnings;

  it("are empty where there is nothing to say", async () => {
    expect(await warningsOf({ prompt: "a red picture" })).toEqual([]);
  });

  it("name words that the model never saw, with the nearest that it did", async () => {
    expect(await warningsOf({ prompt: "a redd picture" })).toEqual([
      'the model never saw the word "redd" of the prompt; the nearest words that it knows: red',
    ]);
  });

  it("say that a prompt of ten thousand words was cut, in less than a second", async () => {
    const began = performance.now();
    const warnings = await warningsOf({
      prompt: "red ".repeat(9_000) + Array.from({ length: 1_000 }, (_, i) => `w${i}`).join(" "),
    });
    expect(performance.now() - began).toBeLessThan(1000);
    expect(warnings[0]).toBe("the prompt has 10000 words and was cut to 6 tokens: the rest has no effect");
    expect(warnings).toHaveLength(10);
    expect(warnings[9]).toBe("the model never saw 992 other words of the prompt either");
  });

  it("say what guidance below 1 does, and nothing at 1", async () => {
    expect(await warningsOf({ prompt: "a picture", guidanceScale: 0.5 })).toEqual([
      "guidance 0.5 is below 1: it weakens the prompt (0 ignores it); elsewhere it would be off",
    ]);
    expect(await warningsOf({ prompt: "a picture", guidanceScale: 1 })).toEqual([]);
  });

  it("name settings without effect", async () => {
    expect(await warningsOf({ prompt: "a picture", guidanceScale: 1, negativePrompt: "red" })).toEqual([
      "guidance 1 is off, so the negative prompt has no effect",
    ]);
    expect(await warningsOf({ prompt: "a picture", eta: 0.5 })).toEqual([
      "sampler flow-euler has no eta: it changes nothing",
    ]);
    expect(await warningsOf({ prompt: "a picture", noiseScale: 0 })).toEqual([
      "sampler flow-euler adds no noise, so noise scale 0 changes nothing",
    ]);
    expect(await warningsOf({ prompt: "a picture", sampler: "ddpm", noiseScale: 0 })).toEqual([]);
    expect(await warningsOf({ prompt: "a picture", sampler: "ddim", noiseScale: 0, eta: 1 })).toEqual([]);
  });
});

describe("stopping", () => {
  it("happens before the next evaluation, with the error aborted", async () => {
    const model = analyticModel();
    const controller = new AbortController();
    const run = textToImage(model).generate(
      { prompt: "a picture", numInferenceSteps: 100, count: 10 },
      { signal: controller.signal, onStep: ({ index }) => index === 2 && controller.abort() },
    );
    await expect(run).rejects.toMatchObject({ code: "aborted" });
    expect(model.evaluations).toHaveLength(3);
  });

  it("needs no more than breaking out of the stream", async () => {
    const model = analyticModel();
    for await (const step of textToImage(model).stream({ prompt: "a picture", seed: 4, numInferenceSteps: 100 })) {
      expect(step).toMatchObject({ stage: "denoise", seeds: [4], total: 100 });
      if (step.index === 4) break;
    }
    expect(model.evaluations).toHaveLength(5);
  });

  it("is heard by a timer although the model never waits", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const run = textToImage(analyticModel()).generate(
      { prompt: "a picture", numInferenceSteps: 1000, count: 5 },
      controller,
    );
    await expect(run).rejects.toMatchObject({ code: "aborted" });
  });

  it("disposes of the model with the pipeline", async () => {
    const model = analyticModel();
    {
      await using _ = textToImage(model);
      expect(model.disposed).toBe(false);
    }
    expect(model.disposed).toBe(true);
  });
});
