// The room in a browser: none of Node's modules may be in its bundle, and what needs them says so.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { fileSource } from "./file-source.ts";
import { sha256 } from "./sha256.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("the room bundles for a browser without an import of Node's modules", async () => {
  const entryPoints = [fileURLToPath(new URL("./index.ts", import.meta.url))];
  const { errors, outputFiles } = await build({
    entryPoints, bundle: true, platform: "browser", format: "esm", write: false, logLevel: "silent",
  });
  expect(errors).toEqual([]);
  expect(outputFiles[0].text).not.toMatch(/(from|import\(|require\()\s*["']node:/);
  expect(outputFiles[0].text).toContain("readSafetensorsHeader");
});

test("without Node, reading by path says that it needs Node, and what to read from instead", async () => {
  vi.stubGlobal("process", { ...process, getBuiltinModule: undefined });
  const refused = { code: "unsupported", hint: expect.stringContaining("Blob") };
  await expect(fileSource("model.safetensors")).rejects.toMatchObject(refused);
});

test("SHA-256 is the same with and without Node", async () => {
  const parts = [Uint8Array.of(97), Uint8Array.of(98, 99)];
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(await sha256(parts)).toBe(abc);
  vi.stubGlobal("process", { ...process, getBuiltinModule: undefined });
  expect(await sha256(parts)).toBe(abc);
});
