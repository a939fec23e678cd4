// What a test's process does: the one command of its arguments, or all those of COMMANDS, one after the other, printing
// what each left.
import type { Context } from "../../src/cli/context.ts";
import { runProcess } from "../../src/cli/process.ts";
import { runInProcess } from "./in-process.ts";

export async function runCommands(loaders: Pick<Context, "loadPipeline" | "loadClip">): Promise<void> {
  if (process.env.COMMANDS === undefined) return runProcess(loaders);
  const left = [];
  for (const command of JSON.parse(process.env.COMMANDS) as string[][]) {
    left.push(await runInProcess(command, loaders));
  }
  process.stdout.write(JSON.stringify(left));
}
