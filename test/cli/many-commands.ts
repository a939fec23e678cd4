// What a test's process does: the one command of its arguments, or all those of COMMANDS, one after the other, printing
// what each left.
import type { Context } from "../../src/cli/context.ts";
import { runProcess } from "../../src/cli/process.ts";
import { runCli } from "../../src/cli/run.ts";

export async function runCommands(loaders: Pick<Context, "loadPipeline" | "loadClip">): Promise<void> {
  if (process.env.COMMANDS === undefined) return runProcess(loaders);
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
