// A process that measures: a line with a number of runs in, one line of JSON out.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export type Side<Answer> = { run(count: number): Promise<Answer>; close(): void };

export function startSide<Answer>(command: string, args: readonly string[]): Side<Answer> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(count) {
      child.stdin.write(`${count}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command} ${args.join(" ")} ended early`);
      return JSON.parse(value) as Answer;
    },
    close: () => child.stdin.end(),
  };
}
