// The command `driftfield` with the model of analytic-model.ts in place of weights, for tests of the whole process.
// ANALYTIC_DELAY: milliseconds that an evaluation takes. COMMANDS: see many-commands.ts.
import { textToImage } from "../../src/pipelines/text-to-image.ts";
import { analyticModel } from "./analytic-model.ts";
import { runCommands } from "./many-commands.ts";

await runCommands({
  loadPipeline: async () => textToImage(analyticModel({ delay: Number(process.env.ANALYTIC_DELAY ?? 0) })),
  loadClip: async () => {
    throw new Error("no CLIP here");
  },
});
