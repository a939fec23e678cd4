// Loads every subpath that the package exports for pages: none of these may need Node for being imported.
import type { Verdict } from "../../verdict.ts";

export const subpaths: Record<string, () => Promise<object>> = {
  core: () => import("../../../src/core/index.ts"),
  diffusion: () => import("../../../src/diffusion/index.ts"),
  files: () => import("../../../src/files/index.ts"),
  graph: () => import("../../../src/graph/index.ts"),
  nn: () => import("../../../src/nn/index.ts"),
  point: () => import("../../../src/pipelines/point/index.ts"),
  random: () => import("../../../src/random/index.ts"),
  runtime: () => import("../../../src/runtime/index.ts"),
  shapes: () => import("../../../src/data/shapes/index.ts"),
};

export async function run(): Promise<Verdict[]> {
  return Promise.all(
    Object.entries(subpaths).map(async ([name, load]) => {
      const detail = await load().then(
        () => "",
        (error: unknown) => String(error),
      );
      return { name: `a page imports driftfield/${name}`, ok: detail === "", detail };
    }),
  );
}
