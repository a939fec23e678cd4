// Writes the loss curve of the model that ships, for the studio's scene of training: tsx scripts/studio-losses.ts
import { writeFileSync } from "node:fs";
import { trainPoints } from "../src/training/point/index.ts";
import { smoothed } from "../studio/lab/losses.ts";

const losses: number[] = [];
for await (const { loss } of trainPoints({ preset: "spiral" })) losses.push(loss);
const values = Array.from(smoothed(Float32Array.from(losses), 120), (value) => Number(value.toPrecision(3)));
const lines = Array.from({ length: Math.ceil(values.length / 15) }, (_, i) => values.slice(15 * i, 15 * i + 15).join(", "));
writeFileSync(
  "studio/scenes/train/losses.generated.ts",
  `// The loss of ${losses.length} steps of \`driftfield train spiral\`, in ${values.length} means, by scripts/studio-losses.ts.
export const shippedLosses: readonly number[] = [\n${lines.map((line) => `  ${line},`).join("\n")}\n];\n`,
);
