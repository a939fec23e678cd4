// Wrong usage of the process, one case after the other: exit status, nothing on standard output, two lines that say
// what is wrong and what to do.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodePng } from "../../src/files/index.ts";
import { samplerNames } from "../../src/options/index.ts";
import { type Cli, cliOf, type Finished } from "./process.ts";

let cli: Cli;
let finishedAll: Promise<Finished[]>;
beforeAll(async () => {
  cli = await cliOf(new URL("./analytic-main.ts", import.meta.url));
  mkdirSync(join(cli.folder, "folder.png"));
  writeFileSync(join(cli.folder, "notes.png"), "these are notes, not a picture");
  writeFileSync(join(cli.folder, "file"), "");
  const pixels = { width: 2, height: 2, data: new Uint8Array(12) };
  writeFileSync(join(cli.folder, "plain.png"), encodePng(pixels));
  const foreign = { parameters: "a cat, Steps: 20, Sampler: Euler a", prompt: "{}" };
  writeFileSync(join(cli.folder, "foreign.png"), encodePng({ ...pixels, text: foreign }));
  writeFileSync(join(cli.folder, "named.png"), encodePng({ ...pixels, text: { driftfield: '{"anything":1}' } }));
  const whole = encodePng({ width: 64, height: 64, data: new Uint8Array(64 * 64 * 3) });
  writeFileSync(join(cli.folder, "cut.png"), whole.subarray(0, whole.length - 20));
  finishedAll = cli.runAll(cases.map(([args]) => args));
});
afterAll(() => cli.close());

const steps = "--steps must be a whole number from 1 to 1000, got";
const guidance = "--guidance-scale must be a finite number from 0 to 50, got";
const seed = "--seed must be a whole number from 0 to 9007199254740991, got";
const out = (name: string) => ["generate", "a picture", "--out", name];

/** Arguments, exit status, what is wrong, what to do. */
const cases: [args: string[], status: number, error: string, hint: string][] = [
  [
    ["generate", ""],
    2,
    `<prompt> must be text that isn't empty, got ""`,
    'Write for example: driftfield generate "a cat wearing a hat"',
  ],
  [
    ["generate", " \t"],
    2,
    `<prompt> must be text that isn't empty, got " \\t"`,
    'Write for example: driftfield generate "a cat wearing a hat"',
  ],
  [
    ["generate"],
    2,
    "generate needs <prompt>: what the picture shows",
    'Write for example: driftfield generate "a cat wearing a hat"',
  ],
  [
    ["generate", "a", "cat"],
    2,
    "generate takes one argument, <prompt>, got 2: a cat",
    'Write driftfield generate "a cat"; a text of several words goes in quotes.',
  ],
  [
    ["generate", "a", "--sampler", "eulr"],
    2,
    `--sampler must be one of ${samplerNames.join(", ")}, got "eulr"`,
    "Did you mean euler?",
  ],
  [["generate", "a", "--stepz", "4"], 2, "generate has no option --stepz", "Did you mean --steps?"],
  [
    ["generate", "a", "--xylophone"],
    2,
    "generate has no option --xylophone",
    '"driftfield generate --help" lists the options.',
  ],
  [["generate", "a", "--steps", "0"], 2, `${steps} 0`, "Give for example --steps 20, or leave it out."],
  [["generate", "a", "--steps", "-1"], 2, `${steps} -1`, "Give for example --steps 20, or leave it out."],
  [["generate", "a", "--steps=1.5"], 2, `${steps} 1.5`, "Give for example --steps 20, or leave it out."],
  [["generate", "a", "--steps", "100000"], 2, `${steps} 100000`, "Give for example --steps 20, or leave it out."],
  [
    ["generate", "a", "--steps"],
    2,
    "--steps needs a value: a whole number from 1 to 1000",
    "Give for example --steps 20.",
  ],
  [
    ["generate", "a", "--steps", "3", "--steps", "4"],
    2,
    "--steps must be given once, got 3 and 4",
    "Leave out all but one --steps.",
  ],
  [
    ["generate", "a", "--guidance-scale", "NaN"],
    2,
    `${guidance} "NaN"`,
    "Give for example --guidance-scale 4, or leave it out.",
  ],
  [
    ["generate", "a", "--guidance-scale", "-1"],
    2,
    `${guidance} -1`,
    "Give for example --guidance-scale 4, or leave it out.",
  ],
  [["generate", "a", "--seed", "-1"], 2, `${seed} -1`, "Give for example --seed 7, or leave it out."],
  [
    ["generate", "a", "--seed", "9007199254740992"],
    2,
    `${seed} 9007199254740992`,
    "Give for example --seed 7, or leave it out.",
  ],
  [
    ["generate", "a", "--seed", "9007199254740991", "-n", "2"],
    2,
    "seed 9007199254740991 and 2 pictures go beyond the last seed, 9007199254740991",
    "Give a seed of at most 9007199254740990.",
  ],
  [
    ["generate", "a", "-n", "0"],
    2,
    "--count must be a whole number from 1 to 1000, got 0",
    "Give for example --count 4, or leave it out.",
  ],
  [
    ["generate", "a", "--seed", "1", "--seeds", "1-4"],
    2,
    "--seeds and --seed can't be given together",
    "Leave out --seeds or --seed.",
  ],
  [
    ["generate", "a", "--size", "512x512"],
    2,
    'the model "colours" makes pictures of 16x16, got size 512x512',
    "Leave the size out, or give 16x16.",
  ],
  [
    out("missing/x.png"),
    1,
    "missing/x.png can't be written: its folder doesn't exist",
    "Create the folder first, or name another one.",
  ],
  [
    out("file/x.png"),
    1,
    "file/x.png can't be written: part of its path is a file, not a folder",
    "Name another folder.",
  ],
  [out("folder.png"), 1, "folder.png can't be written: a folder has this name", "Name a file inside the folder."],
  [out("x.jpg"), 2, '--out must end in .png, got "x.jpg"', 'Give for example --out "x.png".'],
  [[...out("x.png"), "--latents", "none.safetensors"], 1, "there is no file none.safetensors", "Check the path."],
  [
    ["sweep", "a", "--steps", "1,2", "--eta", "0,1"],
    2,
    "one option of a strip may have several values, got --steps and --eta",
    "Give one value of --eta; several prompts make a row each.",
  ],
  [["inspect", "nothing.png"], 1, "there is no file nothing.png", "Check the path."],
  [
    ["inspect", "notes.png"],
    1,
    "notes.png: it isn't a PNG",
    "Use another copy of the picture, or save it as PNG again.",
  ],
  [
    ["inspect", "plain.png"],
    1,
    "plain.png holds no request of Driftfield",
    "Name a PNG as `driftfield generate` wrote it: editors and web sites remove the metadata.",
  ],
  [
    ["verify", "foreign.png"],
    1,
    "foreign.png holds no request of Driftfield; its metadata (parameters, prompt) is another program's",
    "Name a PNG as `driftfield generate` wrote it: editors and web sites remove the metadata.",
  ],
  [
    ["verify", "named.png"],
    1,
    "the request in named.png can't be read: driftfield: Invalid input: expected string, received undefined",
    "Take the file as it was first written, or make the picture again.",
  ],
  [
    ["verify", "cut.png"],
    1,
    "cut.png: the file is cut off",
    "Use another copy of the picture, or save it as PNG again.",
  ],
  [["verify", "folder.png"], 1, "folder.png is a folder", "Name a PNG file that you may read."],
  [
    ["embed", "a cat", "cat.JPG"],
    2,
    "cat.JPG isn't a PNG, the one kind of picture that is read here",
    "Save the picture as PNG.",
  ],
  [
    ["inspect", "folder.png", "--as", "cli"],
    2,
    "--as cli prints a picture's request, and folder.png is a folder",
    "Name a picture, or leave out --as to see the parts of a model.",
  ],
  [
    ["train", "emojy"],
    2,
    '<preset> must be one of vae, vae-decoder, clip, emoji, judge-clip, face-judge, spiral, classes, spiral-flow, got "emojy"',
    "Did you mean emoji?",
  ],
  [
    ["data", "emojis"],
    2,
    '<preset> must be one of emoji, faces, compose, judge-faces, got "emojis"',
    "Did you mean emoji?",
  ],
  [
    ["classify", "plain.png"],
    2,
    "classify needs --labels: the labels to choose from",
    "Give for example --labels cat,dog,rocket.",
  ],
  [["genrate", "a cat"], 2, 'driftfield has no command "genrate"', "Did you mean generate?"],
  [
    ["--verbose"],
    2,
    'driftfield has no option "--verbose"',
    "The commands are generate, sweep, sample, embed, classify, inspect, verify, train, eval, claims, data, studio, bench.",
  ],
];

describe("the process", () => {
  it.each(cases)("refuses %j", async (args, status, error, hint) => {
    const finished = (await finishedAll)[cases.findIndex((one) => one[0] === args)];
    expect(finished).toEqual({ status, stdout: "", stderr: `error: ${error}\nhint: ${hint}\n` });
  });

  it("says the same where it was started for one command alone", async () => {
    const [usage, failure] = [cases[0], cases.find(([, status]) => status === 1)!];
    for (const [args, status, error, hint] of [usage, failure])
      expect(await cli.run(args)).toEqual({ status, stdout: "", stderr: `error: ${error}\nhint: ${hint}\n` });
  });

  it("leaves no file behind where it refuses", () => {
    expect(readdirSync(cli.folder).toSorted()).toEqual([
      "cut.png",
      "file",
      "folder.png",
      "foreign.png",
      "named.png",
      "notes.png",
      "plain.png",
    ]);
  });

  it("shows its commands and fails when it is called without one", async () => {
    const { status, stdout, stderr } = await cli.run([]);
    expect([status, stdout, stderr.split("\n")[0]]).toEqual([2, "", "Usage: driftfield <command> [options]"]);
  });
});

describe("--help", () => {
  it("shows every option with its range and default", async () => {
    const { status, stdout, stderr } = await cli.run(["generate", "--help"]);
    expect([status, stderr]).toEqual([0, ""]);
    const words = stdout.replace(/\s+/g, " ");
    expect(words).toContain(
      "--steps <integer> how many steps from noise to picture (a whole number from 1 to 1000; default: the model's own)",
    );
    expect(words).toContain("-n, --count <integer> how many pictures (a whole number from 1 to 1000; default: 1)");
    expect(words).toContain(
      "--noise-scale <number> noise that each step adds: 1 as derived, 0 none (the ablation) (a finite number from 0 to 1; default: 1)",
    );
    expect(words.match(/\((?:[^()]|\([^()]*\))*default: [^)]+\)/g)).toHaveLength(27);
  });

  it("answers to help, -h and --version too", async () => {
    const [help, dash, long] = await Promise.all(
      [
        ["help", "verify"],
        ["verify", "-h"],
        ["verify", "--help"],
      ].map((args) => cli.run(args)),
    );
    expect(help).toEqual(long);
    expect(dash).toEqual(long);
    expect((await cli.run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
