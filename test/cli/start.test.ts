// Pictures to start from, and masks, on our own kind of model: what must hold whatever the weights are.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { encodePng } from "../../src/files/index.ts";
import { picturePng } from "../helpers/published-files.ts";
import { type Cli, cliOf, type Finished } from "./process.ts";
import { writeTinyModels } from "./tiny-model.ts";

const cases: Record<string, string[]> = {
  plain: ["--seed", "4"],
  whole: ["--seed", "4", "--image", "image.png", "--strength", "1"],
  half: ["--seed", "4", "--image", "image.png", "--strength", "0.5"],
  open: ["--seed", "4", "--image", "image.png", "--mask", "white.png"],
  closed: ["--seed", "4", "--image", "image.png", "--mask", "black.png", "--strength", "0.5"],
  closedToo: ["--seed", "5", "--image", "image.png", "--mask", "black.png"],
  strong: ["--seed", "4", "--strength", "0.5"],
};

let cli: Cli;
let found: Record<string, { sha256: string; warnings: string[]; evaluations: number }>;
beforeAll(async () => {
  cli = await cliOf(new URL("./real-main.ts", import.meta.url));
  await writeTinyModels(join(cli.folder, "models"));
  const flat = (value: number) => encodePng({ width: 8, height: 8, data: new Uint8Array(192).fill(value) });
  writeFileSync(join(cli.folder, "image.png"), picturePng(32, 32));
  writeFileSync(join(cli.folder, "white.png"), flat(255));
  writeFileSync(join(cli.folder, "black.png"), flat(0));
  const shared = ["generate", "a cat", "--model", "models/emoji", "--sampler", "ddpm", "--steps", "6", "--json"];
  const finished = await cli.runAll(Object.values(cases).map((args) => [...shared, ...args]));
  const read = ({ stdout, stderr }: Finished) => {
    if (stderr !== "") throw new Error(stderr);
    const { images, warnings, evaluations } = JSON.parse(stdout);
    return { sha256: images[0].sha256, warnings, evaluations };
  };
  found = Object.fromEntries(Object.keys(cases).map((name, i) => [name, read(finished[i])]));
});
afterAll(() => cli.close());

it("at strength 1 of a flow nothing of the picture is left", () => {
  expect(found.whole.sha256).toBe(found.plain.sha256);
});

it("at half the strength half the steps are taken, from the picture", () => {
  expect(found.half.evaluations).toBe(3);
  expect(found.plain.evaluations).toBe(6);
  expect(found.half.sha256).not.toBe(found.plain.sha256);
});

it("a mask that is bright everywhere paints all anew, a dark one nothing, whatever the seed", () => {
  expect(found.open.sha256).toBe(found.plain.sha256);
  expect(found.closed.sha256).toBe(found.closedToo.sha256);
  expect(found.closed.sha256).not.toBe(found.plain.sha256);
});

it("strength without a picture is said to do nothing", () => {
  expect(found.strong.warnings).toEqual(["strength 0.5 has no effect without a picture to start from"]);
  expect(found.strong.sha256).toBe(found.plain.sha256);
});
