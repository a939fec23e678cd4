// The command `driftfield` with the model of analytic-model.ts in place of weights, for tests of the whole process.
// ANALYTIC_DELAY: milliseconds that an evaluation takes. COMMANDS: many commands to run one after the other; prints
// what each left.
import { runProcess } from "../../src/cli/process.ts";
import { runCli } from "../../src/cli/run.ts";
import { textToImage } from "../../src/pipelines/text-to-image.ts";
import { analyticModel } from "./analytic-model.ts";

const loaders = {
  loadPipeline: async () => textToImage(analyticModel({ delay: Number(process.env.ANALYTIC_DELAY ?? 0) })),
  loadClip: async () => {
    throw new Error("no CLIP here");
  },
};

if (process.env.COMMANDS === undefined) await runProcess(loaders);
else {
  const left = [];
  for (const command of JSON.parse(process.env.COMMANDS) as string[][]) {
    let [stdout, stderr] = ["", ""];
    const status = await runCli(command, {
      print: (text) => void (stdout += `${text}\n`),
      note: (text) => void (stderr += `${text}\n`),
      onProgress: () => {},
      signal: new AbortController().signal,
      ...loaders,
    });
    left.push({ status, stdout, stderr });
  }
  process.stdout.write(JSON.stringify(left));
}
