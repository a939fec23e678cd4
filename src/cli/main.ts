#!/usr/bin/env node
// The command `driftfield`, apart from what it does so that pipelines are loaded by the commands that need one alone:
// help and bad options answer at once.
import { runProcess } from "./process.ts";

await runProcess({
  loadPipeline: async (model, options) => (await import("../pipelines/index.ts")).loadPipeline(model, options),
  loadClip: async (model, options) => (await import("../pipelines/index.ts")).loadClip(model, options),
});
