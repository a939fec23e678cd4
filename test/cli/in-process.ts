// The command line within a test's own process: what a command printed, and how it ended.
import type { Context } from "../../src/cli/context.ts";
import { runCli } from "../../src/cli/run.ts";

export type Left = { status: number; stdout: string; stderr: string };

const never = async (): Promise<never> => {
  throw new Error("this command loads no pipeline");
};

/** Runs one command; without `loaders`, one that loads no pipeline. */
export async function runInProcess(
  argv: readonly string[],
  loaders: Pick<Context, "loadPipeline" | "loadClip"> = { loadPipeline: never, loadClip: never },
): Promise<Left> {
  let [stdout, stderr] = ["", ""];
  const status = await runCli(argv, {
    print: (text) => void (stdout += `${text}\n`),
    note: (text) => void (stderr += `${text}\n`),
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...loaders,
  });
  return { status, stdout, stderr };
}
