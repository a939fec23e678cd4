// What `npm run generate` writes is what lies in the repository.
import { expect, it } from "vitest";
import { generators } from "../../scripts/generators/index.ts";
import { repositoryFiles, textOf } from "./repository.ts";

it.each(generators)("finds $path fresh; `npm run generate` writes it anew", async ({ path, make }) => {
  const current = repositoryFiles.includes(path) ? textOf(path) : "";
  expect(current === (await make(current)), `${path} is stale: run npm run generate`).toBe(true);
});
