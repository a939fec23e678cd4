// A request in its four forms: what one form says, the others say too.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromFlags, fromLink, fromWire, toArgv, toLink, toWire } from "./forms.ts";
import { generateWithModel, MAX_SEED, type GenerateRequest } from "./generate.ts";
import { validate } from "./validate.ts";
import { samplers } from "../diffusion/index.ts";

type Request = GenerateRequest & { model?: string };

const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== "");
const seeds = fc.array(fc.integer({ min: 0, max: MAX_SEED }), { minLength: 1, maxLength: 20 });
// Minus zero is left out: JSON and String() write it as 0, which is the same number.
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true }).map((value) => value + 0);

const requests: fc.Arbitrary<Request> = fc
  .record(
    {
      prompt: words,
      negativePrompt: fc.string({ unit: "grapheme" }),
      numInferenceSteps: fc.integer({ min: 1, max: 1000 }),
      guidanceScale: between(0, 50),
      guidanceRescale: between(0, 1),
      sampler: fc.constantFrom(...samplers.map(({ name }) => name)),
      eta: between(0, 1),
      noiseScale: between(0, 1),
      batchSize: fc.integer({ min: 1, max: 64 }),
      rng: fc.constantFrom("counter" as const, "torch" as const),
      model: words,
      size: fc.tuple(fc.integer({ min: 1, max: 16384 }), fc.integer({ min: 1, max: 16384 })),
      which: fc.oneof(
        fc.record({ seeds }),
        fc.record(
          { seed: fc.integer({ min: 0, max: MAX_SEED }), count: fc.integer({ min: 1, max: 1000 }) },
          { requiredKeys: [] },
        ),
      ),
    },
    { requiredKeys: ["prompt", "which"] },
  )
  .map(({ size, which, ...rest }) => ({ ...rest, ...which, ...(size ? { width: size[0], height: size[1] } : {}) }));

/** Splits arguments as the command line does: "--flag text", "--flag=text", and what stands alone. */
function split(argv: string[]): [Record<string, string[]>, string[]] {
  const flags: Record<string, string[]> = {};
  const alone: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === "--") return [flags, [...alone, ...argv.slice(i + 1)]];
    const match = /^--([a-z-]+)(?:=(.*))?$/s.exec(argv[i]);
    if (!match) alone.push(argv[i]);
    else flags[match[1]] = [match[2] ?? argv[++i]];
  }
  return [flags, alone];
}

describe("a request", () => {
  it("comes back from JSON as it was, through text too", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const text = JSON.stringify(toWire(generateWithModel, request));
        expect(fromWire(generateWithModel, JSON.parse(text))).toEqual(request);
      }),
    );
  });

  it("comes back from command line arguments as it was", () => {
    fc.assert(
      fc.property(requests, (request) => {
        expect(fromFlags(generateWithModel, ...split(toArgv(generateWithModel, request)))).toEqual(request);
      }),
    );
  });

  it("comes back from a link as it was", () => {
    fc.assert(
      fc.property(requests, (request) => {
        expect(fromLink(generateWithModel, toLink(generateWithModel, request))).toEqual(request);
      }),
    );
  });

  it("is accepted by the library as it is", () => {
    fc.assert(
      fc.property(requests, (request) => {
        expect(validate(generateWithModel, request, "library")).toEqual(request);
      }),
    );
  });
});

describe("the forms", () => {
  const request: Request = {
    prompt: "a cat",
    negativePrompt: "a hat",
    numInferenceSteps: 20,
    count: 2,
    width: 128,
    height: 64,
  };

  it("write snake_case on the wire, with the size in one word and n for the count", () => {
    expect(toWire(generateWithModel, request)).toEqual({
      prompt: "a cat",
      negative_prompt: "a hat",
      num_inference_steps: 20,
      n: 2,
      size: "128x64",
    });
  });

  it("write kebab-case on the command line, the prompt first", () => {
    const argv = ["a cat", "--negative-prompt", "a hat", "--steps", "20", "--count", "2", "--size", "128x64"];
    expect(toArgv(generateWithModel, request)).toEqual(argv);
  });

  it("put a prompt with a dash in front behind --", () => {
    expect(toArgv(generateWithModel, { prompt: "--help", seed: 7 })).toEqual(["--seed", "7", "--", "--help"]);
  });

  it("write a link with the wire's names", () => {
    expect(toLink(generateWithModel, { prompt: "a cat & dog", seeds: [0, 1, 2, 9] })).toBe(
      "?prompt=a+cat+%26+dog&seeds=0-2%2C9",
    );
  });
});
