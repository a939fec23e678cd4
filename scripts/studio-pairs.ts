// Writes the pairs of neighbouring pixels that the studio's first scene shows: tsx scripts/studio-pairs.ts
import { readFileSync, writeFileSync } from "node:fs";
import { decodePng } from "driftfield/files";
import { counterGenerator } from "driftfield/random";

const COUNT = 420;
const PICTURE = "docs/samples.png";

const { width, height, channels, data } = await decodePng(new Uint8Array(readFileSync(PICTURE)));
const grey = (x: number, y: number): number => {
  const at = channels * (y * width + x);
  return Math.round(0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]);
};
const generator = counterGenerator({ seed: 1 });
const pairs: number[] = [];
while (pairs.length < 2 * COUNT) {
  const [x] = generator.randint(0, width - 1, [1]).data;
  const [y] = generator.randint(0, height, [1]).data;
  const pair = [grey(x, y), grey(x + 1, y)];
  // The white ground behind the emoji would be nearly all of it.
  if (Math.min(...pair) < 245) pairs.push(...pair);
}
const lines = Array.from({ length: Math.ceil(pairs.length / 28) }, (_, i) => pairs.slice(28 * i, 28 * i + 28).join(", "));
writeFileSync(
  "studio/scenes/pixels/pairs.generated.ts",
  `// Grey values (0 to 255) of ${COUNT} pairs of neighbours in ${PICTURE}, made by scripts/studio-pairs.ts.
export const pairs: readonly number[] = [\n${lines.map((line) => `  ${line},`).join("\n")}\n];\n`,
);
