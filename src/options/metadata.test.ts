// What a picture says about itself comes back whole, and nothing else is taken for it.
import { describe, expect, it } from "vitest";
import { metadataFromJson, metadataToJson, type PictureMetadata } from "./metadata.ts";

const metadata: PictureMetadata = {
  version: "0.1.0",
  requests: [
    { prompt: 'a "cat" in Zürich 🐈', negativePrompt: "", seed: 2 ** 53 - 1, width: 128, height: 64, model: "emoji" },
    { prompt: "a dog", numInferenceSteps: 1, guidanceScale: 0.1, sigmaSchedule: "karras", rng: "torch" },
  ],
  columns: 2,
  modelHash: "ab".repeat(32),
  device: "cpu",
  machine: "0123456789ab",
  batchSize: 4,
  latents: "cd".repeat(32),
  sha256: "ef".repeat(32),
};

/** Through text, as a PNG carries it. */
const stored = (value: PictureMetadata) => JSON.parse(JSON.stringify(metadataToJson(value))) as Record<string, unknown>;

describe("metadata", () => {
  it("comes back from a PNG's text as it was", () => {
    expect(metadataFromJson(stored(metadata), "x.png")).toEqual(metadata);
    const { latents: _latents, ...fromNoise } = metadata;
    expect(metadataFromJson(stored(fromNoise), "x.png")).toEqual(fromNoise);
  });

  it("is written in snake_case", () => {
    expect(Object.keys(stored(metadata))).toEqual([
      "driftfield",
      "requests",
      "columns",
      "model_hash",
      "device",
      "machine",
      "batch_size",
      "latents",
      "sha256",
    ]);
  });

  it.each([
    ["without a hash", { sha256: undefined }, /^the request in x\.png can't be read: sha256: /],
    ["with a hash that isn't one", { sha256: "../../etc" }, /^the request in x\.png can't be read: sha256: /],
    ["without a request", { requests: [] }, /^the request in x\.png can't be read: requests: /],
    [
      "with steps out of range",
      { requests: [{ prompt: "a", num_inference_steps: 1e9 }] },
      /num_inference_steps must be a whole/,
    ],
    ["with an option of a later version", { requests: [{ prompt: "a", warp: 1 }] }, /generate has no option "warp"/],
  ])("is refused %s", (_, change, message) => {
    const refused = () => metadataFromJson({ ...stored(metadata), ...change }, "x.png");
    expect(refused).toThrow(message);
    expect(refused).toThrow(expect.objectContaining({ code: "invalid_file", path: "x.png" }));
  });
});
