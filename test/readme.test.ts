// The README's code runs, its test command is CI's, and its links lead somewhere.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { describe, expect, it } from "vitest";
import { root, textOf } from "./house/repository.ts";

const readme = textOf("README.md");
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);

/** Whether the models that `block` loads lie in models/. */
function hasWeights(block: string): boolean {
  const models = [...block.matchAll(/loadPipeline\("([^"]+)"/g)].map(([, name]) => name);
  return models.every((name) => existsSync(join(root, "models", name)));
}

describe("the README", () => {
  it("has library code", () => expect(blocks.length).toBeGreaterThan(0));

  // A block whose model isn't shipped yet isn't listed; the comment above it in the README says so.
  it.each(blocks.filter(hasWeights))("runs against the built package: %#", async (block) => {
    const { code } = await transform(block, { loader: "ts", target: "node20", format: "esm" });
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code], {
      cwd: root,
    });
    expect(stdout).not.toBe("");
  });

  it("gives the test command that CI runs", () => {
    const commands = /```sh\n([\s\S]*?)```/.exec(readme)?.[1].trim().split("\n") ?? [];
    expect(commands).toContain("npm ci && npm test");
    expect(textOf(".ci/run")).toContain("bash -c 'npm ci && npm test'");
  });

  it("links to files that exist", () => {
    const links = [...readme.matchAll(/\]\(([^):]+)\)/g)].map(([, path]) => path);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
