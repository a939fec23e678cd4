// What options refuse, and what they say then: the option by the reader's name for it, the rule, the value, the remedy.
import { describe, expect, it } from "vitest";
import { DriftfieldError } from "../core/index.ts";
import { fromFlags, fromWire } from "./forms.ts";
import { generate, generateCommand } from "./generate.ts";
import { sweepCommand } from "./sweep.ts";
import { validate } from "./validate.ts";

/** The error that `work` throws. */
function errorOf(work: () => unknown): DriftfieldError {
  try {
    work();
  } catch (error) {
    if (error instanceof DriftfieldError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const ofFlags = (flags: Record<string, string[] | true>, prompt = ["a cat"]) =>
  errorOf(() => fromFlags(generateCommand, flags, prompt));

describe("an option's value", () => {
  it.each([
    ["steps", "0", "--steps must be a whole number from 1 to 1000, got 0"],
    ["steps", "-1", "--steps must be a whole number from 1 to 1000, got -1"],
    ["steps", "1.5", "--steps must be a whole number from 1 to 1000, got 1.5"],
    ["steps", "100000", "--steps must be a whole number from 1 to 1000, got 100000"],
    ["steps", "many", '--steps must be a whole number from 1 to 1000, got "many"'],
    ["steps", "0x10", '--steps must be a whole number from 1 to 1000, got "0x10"'],
    ["steps", "", '--steps must be a whole number from 1 to 1000, got ""'],
    ["guidance-scale", "NaN", '--guidance-scale must be a finite number from 0 to 50, got "NaN"'],
    ["guidance-scale", "Infinity", '--guidance-scale must be a finite number from 0 to 50, got "Infinity"'],
    ["guidance-scale", "1e999", "--guidance-scale must be a finite number from 0 to 50, got Infinity"],
    ["guidance-scale", "-0.5", "--guidance-scale must be a finite number from 0 to 50, got -0.5"],
    ["guidance-scale", "50.1", "--guidance-scale must be a finite number from 0 to 50, got 50.1"],
    ["seed", "-1", "--seed must be a whole number from 0 to 9007199254740991, got -1"],
    ["seed", "9007199254740992", "--seed must be a whole number from 0 to 9007199254740991, got 9007199254740992"],
    ["seed", "0.5", "--seed must be a whole number from 0 to 9007199254740991, got 0.5"],
    ["count", "0", "--count must be a whole number from 1 to 1000, got 0"],
    ["count", "1001", "--count must be a whole number from 1 to 1000, got 1001"],
    ["eta", "1.01", "--eta must be a finite number from 0 to 1, got 1.01"],
    ["noise-scale", "2", "--noise-scale must be a finite number from 0 to 1, got 2"],
    ["size", "128", '--size must be WIDTHxHEIGHT in pixels, got "128"'],
    ["size", "0x128", "--size: the width must be a whole number from 1 to 16384, got 0"],
  ])("--%s %s is refused with the rule and the value", (flag, text, message) => {
    const error = ofFlags({ [flag]: [text] });
    expect(error.message).toBe(message);
    expect(error.code).toBe("invalid_option");
    expect(error.hint).toMatch(/^Give for example --[a-z-]+ \S+, or leave it out\.$/);
  });

  it.each(["", "5-3", "1-", "a", "0-1000", "1,,2", "-1"])("--seeds %j is refused", (text) => {
    expect(ofFlags({ seeds: [text] }).message).toMatch(
      /^--seeds must be whole numbers from 0 to \d+ and ranges like 0-15/,
    );
  });

  it("may not come twice", () => {
    expect(ofFlags({ steps: ["10", "20"] }).message).toBe("--steps must be given once, got 10 and 20");
  });

  it("is named as the reader wrote it: in JSON, and in the library", () => {
    expect(errorOf(() => fromWire(generate, { prompt: "a", num_inference_steps: 0 })).message).toBe(
      "num_inference_steps must be a whole number from 1 to 1000, got 0",
    );
    expect(errorOf(() => validate(generate, { prompt: "a", guidanceScale: NaN }, "library")).message).toBe(
      "guidanceScale must be a finite number from 0 to 50, got NaN",
    );
  });

  it("may be at either end of its range", () => {
    const flags = { steps: ["1000"], "guidance-scale": ["0"], seed: ["9007199254740991"], eta: ["1"], count: ["1"] };
    expect(fromFlags(generateCommand, flags, ["a"])).toEqual({
      prompt: "a",
      numInferenceSteps: 1000,
      guidanceScale: 0,
      seed: Number.MAX_SAFE_INTEGER,
      eta: 1,
      count: 1,
    });
  });
});

describe("a prompt", () => {
  it.each(["", "   ", "\n\t"])("may not be empty: %j", (prompt) => {
    const error = ofFlags({}, [prompt]);
    expect(error.message).toBe(`<prompt> must be text that isn't empty, got ${JSON.stringify(prompt)}`);
    expect(error.hint).toBe('Write for example: driftfield generate "a cat wearing a hat"');
  });

  it("may not be missing", () => {
    expect(ofFlags({}, []).message).toBe("generate needs <prompt>: what the picture shows");
  });

  it("may have ten thousand words", () => {
    const prompt = "cat ".repeat(10_000);
    expect(fromFlags(generateCommand, {}, [prompt]).prompt).toBe(prompt);
  });
});

describe("a name that nobody knows", () => {
  it("is refused with the nearest sampler", () => {
    const error = ofFlags({ sampler: ["dimm"] });
    expect(error.message).toMatch(/^--sampler must be one of ddpm, ddim, .*, got "dimm"$/);
    expect(error.hint).toMatch(/^Did you mean ddim\b/);
  });

  it("is refused with the nearest option, in the reader's form", () => {
    expect(ofFlags({ stepz: ["1"] })).toMatchObject({ code: "unknown_option", hint: "Did you mean --steps?" });
    expect(errorOf(() => fromWire(generate, { prompt: "a", num_inference_step: 1 }))).toMatchObject({
      code: "unknown_option",
      message: 'generate has no option "num_inference_step"',
      hint: "Did you mean num_inference_steps?",
    });
    expect(errorOf(() => validate(generate, { prompt: "a", guidance_scale: 1 }, "library"))).toMatchObject({
      code: "unknown_option",
      hint: "Did you mean guidanceScale?",
    });
  });

  it("isn't found on Object.prototype", () => {
    const wire = JSON.parse('{"prompt":"a","__proto__":1}') as unknown;
    expect(errorOf(() => fromWire(generate, wire)).code).toBe("unknown_option");
    expect(errorOf(() => fromWire(generate, { prompt: "a", constructor: 1 })).code).toBe("unknown_option");
  });
});

describe("options that exclude each other", () => {
  it("are named both", () => {
    expect(ofFlags({ seed: ["1"], seeds: ["1,2"] }).message).toBe("--seeds and --seed can't be given together");
    expect(ofFlags({ count: ["2"], seeds: ["1,2"] }).message).toBe("--seeds and --count can't be given together");
  });

  it("include a width without a height", () => {
    expect(errorOf(() => validate(generate, { prompt: "a", width: 128 }, "library")).message).toBe(
      "generate needs height: height in pixels",
    );
  });
});

describe("a sweep", () => {
  it("takes lists with commas, and the same flag again", () => {
    const request = fromFlags(sweepCommand, { "guidance-scale": ["1, 2", "4"], "negative-prompt": ["a, b", "c"] }, [
      "a cat",
      "a dog",
    ]);
    expect(request).toEqual({ prompts: ["a cat", "a dog"], guidanceScale: [1, 2, 4], negativePrompt: ["a, b", "c"] });
  });

  it("refuses a list with one bad value", () => {
    expect(errorOf(() => fromFlags(sweepCommand, { steps: ["10,0"] }, ["a"])).message).toBe(
      "--steps must be 1 to 256 values with commas between them, each a whole number from 1 to 1000, got [10,0]",
    );
  });
});
