// `driftfield bench`: how long each part of a picture takes on this machine.
import { availableParallelism, cpus } from "node:os";
import { throwIfAborted } from "../core/index.ts";
import type { benchCommand } from "../options/index.ts";
import { counterGenerator } from "../random/index.ts";
import { significant } from "./bar.ts";
import type { Run } from "./commands.ts";
import { textTable } from "./table.ts";

const PROMPT = "a cat wearing a hat";

export const run: Run<typeof benchCommand.fields> = async (
  { model: name = "emoji", device = "cpu", steps = 20, json },
  context,
) => {
  const { signal, onProgress } = context;
  const began = performance.now();
  await using pipeline = await context.loadPipeline(name, { device, signal, onProgress });
  const load = (performance.now() - began) / 1000;
  const { model } = pipeline;
  const text = await model.encodeText([model.tokenize(PROMPT).ids]);
  const none = await model.nullCondition();
  const noise = counterGenerator({ seed: 0 }).randn([1, ...model.config.latentShape]);
  const time = async (work: () => Promise<unknown>): Promise<number[]> => {
    const seconds: number[] = [];
    // One more than is counted: the first run of a graph also plans its memory.
    for (let i = 0; i <= steps; i++) {
      throwIfAborted(signal);
      const start = performance.now();
      await work();
      if (i > 0) seconds.push((performance.now() - start) / 1000);
    }
    return seconds;
  };
  const parts: Record<string, number[]> = {
    load: [load],
    encode_text: await time(() => model.encodeText([model.tokenize(PROMPT).ids])),
    step: await time(() => model.denoise(noise, 500, [text])),
    guided_step: await time(() => model.denoise(noise, 500, [none, text])),
    decode: await time(() => model.decode(noise)),
  };
  const picture = await pipeline.generate({ prompt: PROMPT, seed: 0 }, { signal, onProgress });
  parts.picture = [picture.seconds];
  const rows = Object.entries(parts).map(([part, seconds]) => ({ part, ...summary(seconds) }));
  const machine = { processor: cpus()[0]?.model ?? "unknown", threads: availableParallelism(), device };
  if (json) context.print(JSON.stringify({ model: model.name, ...machine, parts: rows }));
  else {
    const cells = rows.map(({ part, min, median, runs }) => [part, ms(min), ms(median), String(runs)]);
    const title = `${model.name} on ${device}: ${machine.processor}, ${machine.threads} threads`;
    context.print(`${title}\n${textTable([["", "min ms", "median ms", "runs"], ...cells])}`);
  }
};

function summary(seconds: readonly number[]): { min: number; median: number; runs: number } {
  const sorted = seconds.toSorted((a, b) => a - b);
  return { min: sorted[0], median: sorted[Math.floor(sorted.length / 2)], runs: sorted.length };
}

const ms = (seconds: number): string => significant(seconds * 1000);
