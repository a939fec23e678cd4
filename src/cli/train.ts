// `driftfield train`: drives the training generator, shows where it is, and saves when it is stopped.
import { join } from "node:path";
import { throwIfAborted } from "../core/index.ts";
import type { trainCommand } from "../options/index.ts";
import { train, type TrainingRecord } from "../training/index.ts";
import { duration, significant } from "./bar.ts";
import type { Run } from "./commands.ts";

export const run: Run<typeof trainCommand.fields> = async ({ preset, data, steps, minutes, resume = false, out = join("runs", preset), json }, context) => {
  const { signal } = context;
  const began = performance.now();
  let last: TrainingRecord | undefined;
  for await (const record of train({ preset, data, steps, minutes, resume, out, signal })) {
    last = record;
    const left = record.secondsLeft ?? 0;
    const spent = (performance.now() - began) / 1000;
    context.onProgress({
      type: "step",
      stage: `loss ${significant(record.loss)}, gradient norm ${significant(record.gradientNorm)}`,
      index: record.step - 1,
      total: steps ?? record.step + Math.round(left * record.stepsPerSecond),
      fraction: spent / (spent + left),
      secondsLeft: record.secondsLeft,
    });
    if (record.checkpoint !== undefined) context.note(`saved ${record.checkpoint}: ${describe(record)}`);
  }
  if (signal.aborted) context.note(`stopped; go on with: driftfield train ${preset} --out ${out} --resume`);
  throwIfAborted(signal);
  if (json) context.print(JSON.stringify({ path: out, step: last?.step ?? null, loss: last?.loss ?? null }));
  else context.print(out);
};

function describe({ step, loss, stepsPerSecond, secondsLeft }: TrainingRecord): string {
  const left = secondsLeft === null ? "" : `, ${duration(secondsLeft)} left`;
  return `step ${step}, loss ${significant(loss)}, ${significant(stepsPerSecond)} steps/s${left}`;
}
