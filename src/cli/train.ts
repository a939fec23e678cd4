// `driftfield train`: drives the training generator, shows where it is, and saves when it is stopped.
import { join } from "node:path";
import { throwIfAborted } from "../core/index.ts";
import type { trainCommand } from "../options/index.ts";
import { type RunRecord, train } from "../training/index.ts";
import { duration, significant } from "./bar.ts";
import type { Run } from "./commands.ts";

export const run: Run<typeof trainCommand.fields> = async ({ json, ...request }, context) => {
  const { preset, steps, out = join("runs", request.preset) } = request;
  const { signal, onProgress } = context;
  let last: Pick<RunRecord, "step" | "loss"> | undefined;
  const began = performance.now();
  for await (const record of train({ ...request, out, signal, onProgress })) {
    last = { step: record.step, loss: record.loss };
    const spent = (performance.now() - began) / 1000;
    const left = record.secondsLeft;
    onProgress({
      type: "step",
      stage: `loss ${significant(record.loss)}, gradient ${significant(record.gradientNorm)}`,
      index: record.step - 1,
      total: steps ?? record.step + Math.round((left ?? 0) * record.stepsPerSecond),
      fraction: left === null ? 0 : spent / (spent + left),
      secondsLeft: left,
    });
    if (record.checkpoint !== undefined) context.note(`saved ${record.checkpoint}: ${describe(record)}`);
  }
  if (signal.aborted && last)
    context.note(`saved at step ${last.step}; go on with: driftfield train ${preset} --out ${out} --resume`);
  throwIfAborted(signal);
  if (json) context.print(JSON.stringify({ path: out, export: request.export ?? null, ...last }));
  else context.print(request.export ?? out);
};

function describe({ step, loss, stepsPerSecond, secondsLeft }: RunRecord): string {
  const left = secondsLeft === null ? "" : `, ${duration(secondsLeft)} left`;
  return `step ${step}, loss ${significant(loss)}, ${significant(stepsPerSecond)} steps/s${left}`;
}
