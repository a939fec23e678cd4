// Our side of the spiral's training in Node, as a process: a line with a number of steps in, a line of JSON out.
import { createInterface } from "node:readline";
import { trainPoints } from "../src/training/point/index.ts";

const threads = Number(process.argv[2] ?? 1);
const records = trainPoints({ preset: "spiral", reference: true, steps: 1e9, threads });
await records.next();

for await (const line of createInterface({ input: process.stdin })) {
  const began = performance.now();
  let loss = NaN;
  for (let i = 0; i < Number(line); i++) loss = ((await records.next()).value as { loss: number }).loss;
  process.stdout.write(`${JSON.stringify({ ms: [(performance.now() - began) / Number(line)], loss })}\n`);
}
process.exit(0);
