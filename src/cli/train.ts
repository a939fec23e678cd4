// `driftfield train`: drives the training generator, shows where it is, and saves when it is stopped.
import { join } from "node:path";
import { throwIfAborted } from "../core/index.ts";
import { toArgv, trainCommand } from "../options/index.ts";
import { type RunRecord, train, type TrainingState } from "../training/index.ts";
import { duration, significant } from "./bar.ts";
import type { Run } from "./commands.ts";
import { quoteForShell } from "./shell.ts";

export const run: Run<typeof trainCommand.fields> = async ({ json, ...request }, context) => {
  const { steps, out = join("runs", request.preset) } = request;
  const { signal, onProgress } = context;
  let last: RunRecord | undefined;
  const began = performance.now();
  const records = train({ ...request, out, signal, onProgress });
  let state: TrainingState;
  for (;;) {
    const next = await records.next();
    if (next.done) {
      state = next.value;
      break;
    }
    const record = (last = next.value);
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
  if (signal.aborted && last) {
    const again = ["driftfield", "train", ...toArgv(trainCommand, { ...request, out, resume: true })];
    context.note(`saved at step ${state.step}; go on with: ${again.map(quoteForShell).join(" ")}`);
  }
  throwIfAborted(signal);
  if (request.exportRun !== undefined) {
    if (json) context.print(JSON.stringify({ path: request.exportRun, step: state.step }));
    else context.print(request.exportRun);
    return;
  }
  if (last === undefined) context.note(`no step was taken: the run is at step ${state.step}`);
  const path = request.export ?? null;
  if (json) context.print(JSON.stringify({ path: out, export: path, step: state.step, loss: last?.loss ?? null }));
  else context.print(path ?? out);
};

function describe({ step, loss, stepsPerSecond, secondsLeft }: RunRecord): string {
  const left = secondsLeft === null ? "" : `, ${duration(secondsLeft)} left`;
  return `step ${step}, loss ${significant(loss)}, ${significant(stepsPerSecond)} steps/s${left}`;
}
