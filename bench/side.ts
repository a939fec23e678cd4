// One side of a comparison: a process that takes a number of steps a line and answers a line of JSON.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export type Side<Answer> = { run(steps: number): Promise<Answer>; close(): void | Promise<void> };

/** Starts `command`; its answers are of the caller's type. `stderr` "ignore" for a side with a progress bar. */
export function startSide<Answer>(
  command: string,
  args: readonly string[],
  stderr: "inherit" | "ignore" = "inherit",
): Side<Answer> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", stderr] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    async run(steps) {
      child.stdin!.write(`${steps}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command} ${args.join(" ")} ended early`);
      return JSON.parse(value) as Answer;
    },
    close: () => void child.stdin!.end(),
  };
}
