// What every file of the repository keeps to: an opening line, a size, and no trace of the machine it was written on.
import { execFileSync } from "node:child_process";
import { homedir } from "node:os";
import { expect, it } from "vitest";
import { codeFiles, repositoryFiles, root, textOf } from "./repository.ts";

/** Files that may be longer than 300 lines, each with its reason. */
const longFiles: Record<string, string> = {};

const written = codeFiles.filter((path) => !/\.generated\.|\.d\.ts$/.test(path));
const linesOf = (path: string) => textOf(path).trimEnd().split("\n");

/** "path:line" of every line of `paths` that is `wrong`. */
function linesThat(paths: readonly string[], wrong: (line: string) => boolean): string[] {
  return paths.flatMap((path) => linesOf(path).flatMap((line, i) => (wrong(line) ? [`${path}:${i + 1}`] : [])));
}

it("opens every file of code with a comment", () => {
  const opening = /^(#!.*\n)?\s*(\/\/|\/\*|<!--|"""|#)\s*\S/;
  expect(codeFiles.filter((path) => !opening.test(textOf(path)))).toEqual([]);
});

it("keeps every file of code at 300 lines or fewer, but for a named list", () => {
  expect(written.filter((path) => linesOf(path).length > 300)).toEqual(Object.keys(longFiles));
});

it("keeps lines at 120 characters or fewer in TypeScript, but for texts that can't be broken", () => {
  const paths = written.filter((path) => path.endsWith(".ts"));
  const isText = (line: string) => /^\s*["'`{]|["'`][,;)+ ]*$/.test(line);
  expect(linesThat(paths, (line) => [...line].length > 120 && !isText(line))).toEqual([]);
});

it("never gives a number its default with ||, which takes 0 for missing", () => {
  const sources = written.filter((path) => path.startsWith("src/"));
  expect(linesThat(sources, (line) => /\|\| -?\d[\d_.]*\s*[;,)\]}]/.test(line))).toEqual([]);
});

it("names no registry host and no path of the machine it was written on", () => {
  const binary = /\.(png|jpe?g|webp|gif|mp4|webm|ico|woff2?|ttf|bin|safetensors|onnx|npz|npy|gz|br|zip|wasm)$/;
  const registry = execFileSync("npm", ["config", "get", "registry"], { cwd: root, encoding: "utf8", stdio: "pipe" });
  const known = ["registry npmjs", "pypi org", "pythonhosted org", "deb debian"].map((host) => host.replace(" ", "."));
  const home = homedir();
  const names = [new URL(registry.trim()).host, ...known, root, ...(home === "/root" || home === "/" ? [] : [home])];
  const place = /(?<![\w.~)\]}/$-])\/(work|root|home|Users|mnt)\/\w/;
  const texts = repositoryFiles.filter((path) => !binary.test(path));
  expect(linesThat(texts, (line) => place.test(line) || names.some((name) => line.includes(name)))).toEqual([]);
});
