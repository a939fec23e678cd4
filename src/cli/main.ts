#!/usr/bin/env node
// The command `driftfield`.
import { runProcess } from "./process.ts";

await runProcess({
  loadPipeline: async (model, options) => (await import("../pipelines/index.ts")).loadPipeline(model, options),
  loadClip: async (model, options) => (await import("../pipelines/index.ts")).loadClip(model, options),
});
