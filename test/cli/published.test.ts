// Published folders through the command line: every step's latents and the picture are diffusers' own
// (oracle/pipelines.py, pipelines_more.py). DRIFTFIELD_PIPELINES names a file of other cases, of its --fuzz.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodePng, fileSource, readSafetensorsHeader, readTensor } from "../../src/files/index.ts";
import { maskPng, picturePng, type PublishedCase, publishedCases } from "../helpers/published-files.ts";
import { writePublishedFolder } from "../helpers/published-folder.ts";
import { furthest } from "../helpers/weights.ts";
import { type Cli, cliOf } from "./process.ts";

const { DRIFTFIELD_PIPELINES: others } = process.env;
const cases: readonly PublishedCase[] =
  others === undefined ? publishedCases : JSON.parse(readFileSync(others, "utf8")).cases;

let cli: Cli;
beforeAll(async () => {
  cli = await cliOf(new URL("../../src/cli/main.ts", import.meta.url));
  for (const test of cases) await writePublishedFolder(join(cli.folder, test.name), test);
});
afterAll(() => cli.close());

/** The command that asks for what the reference was asked. */
function argumentsOf({ name, request }: PublishedCase): string[] {
  type Given = { prompt?: string; image?: [number, number]; mask?: [number, number] };
  const given = request as Given & Record<string, unknown>;
  if (given.image) writeFileSync(join(cli.folder, `${name}-image.png`), picturePng(...given.image));
  if (given.mask) writeFileSync(join(cli.folder, `${name}-mask.png`), maskPng(...given.mask));
  const flags: Record<string, unknown> = {
    "--negative-prompt": given.negative_prompt,
    "--steps": given.steps,
    "--guidance-scale": given.guidance_scale,
    "--guidance-rescale": given.guidance_rescale,
    "--seed": given.seed,
    "--sampler": given.sampler,
    "--eta": given.eta,
    "--strength": given.strength,
    "--size": (given.size as number[] | undefined)?.join("x"),
    "--image": given.image && `${name}-image.png`,
    "--mask": given.mask && `${name}-mask.png`,
  };
  const said = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]));
  return ["generate", "--model", name, ...said, ...(given.prompt === undefined ? [] : ["--", given.prompt])];
}

/** Flags before the prompt, which may begin with a dash. */
const withFlags = ([command, ...args]: string[], flags: string[]): string[] => [command, ...flags, ...args];

const largest = (values: readonly number[]) => Math.max(...values.map(Math.abs));

describe.each(cases)("$name", (test) => {
  it("takes the reference's steps, and ends at its picture", async () => {
    const { name, pixels, size, steps } = test;
    // Latents are of one picture: of several, the first is made alone for them.
    const said = ["--out", `${name}.png`, "--save-latents", `${name}.safetensors`, "--json"];
    const { stderr, status } = await cli.run(withFlags(argumentsOf(test), said));
    expect([stderr, status]).toEqual(["", 0]);
    const source = await fileSource(join(cli.folder, `${name}.safetensors`));
    const file = await readSafetensorsHeader(source);
    const apart = async (tensor: string, expected: number[]) =>
      furthest((await readTensor(file, tensor)).data, expected) / largest(expected);
    expect(await apart("initial", test.initial)).toBeLessThan(2e-6);
    for (const [i, latents] of steps.entries()) expect(await apart(`step_${i}`, latents)).toBeLessThan(2e-4);
    expect(await apart("final", steps[steps.length - 1])).toBeLessThan(2e-4);
    if (test.embeds) expect(await apart("prompt_embeds", test.embeds)).toBeLessThan(2e-4);
    await source.close();
    const picture = await decodePng(readFileSync(join(cli.folder, `${name}.png`)));
    expect([picture.width, picture.height]).toEqual(size);
    expect(furthest(picture.data, pixels[0])).toBeLessThanOrEqual(1);
  });
});

const several = cases.filter(({ request }) => request.n !== undefined);
it.each(several)("makes several pictures, each with its own generator, together and alone: $name", async (test) => {
  const args = withFlags(argumentsOf(test), ["-n", String(test.request.n), "--json"]);
  for (const [batch, kind] of [["1", "alone"], ["2", "together"]]) {
    const out = `${test.name}-${kind}.png`;
    await cli.run(withFlags(args, ["--batch-size", batch, "--out", out]));
    for (const [i, pixels] of test.pixels.entries()) {
      const picture = await decodePng(readFileSync(join(cli.folder, out.replace(".png", `-${i}.png`))));
      expect(furthest(picture.data, pixels)).toBeLessThanOrEqual(1);
    }
  }
});
