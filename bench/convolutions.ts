// Convolutions of published models with the kernel as it is stored and in ONNX Runtime's blocks of channels, in turns:
// processor time of one thread, and what the blocks cost when the session is made (src/graph/ops/conv.ts).
//
//   npm --prefix bench run convolutions
import { createRequire } from "node:module";
import { encodeModel, type OnnxGraph } from "../src/graph/index.ts";

type Session = { run(feeds: object): Promise<unknown> };
const ort = createRequire(import.meta.url)("onnxruntime-node") as {
  Tensor: new (type: string, data: Float32Array, dims: number[]) => object;
  InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
};
const BATCH = 2;
const RUNS = Number(process.argv[2] ?? 6);

/** Two convolutions in turn, so that a layout pays as it does within a network: (N, I, S, S) to (N, O, S, S). */
function graphOf(inputs: number, outputs: number, side: number, kernel: number, isKept: boolean): OnnxGraph {
  const weights = [[outputs, inputs], [outputs, outputs]].map(([out, into], i) => {
    const shape = [out, into, kernel, kernel];
    const values = new Float32Array(out * into * kernel * kernel).map((_, k) => Math.sin(k) / into);
    return { name: `w${i}`, dtype: "float32" as const, shape, content: new Uint8Array(values.buffer) };
  });
  const pads = Array(4).fill((kernel - 1) / 2) as number[];
  const node = (x: string, i: number, y: string) => ({
    opType: "Conv", domain: "", inputs: [x, `w${i}`], outputs: [y], attributes: { pads },
  });
  const dtype = "float32" as const;
  return {
    name: "convolutions",
    nodes: [node("x", 0, "h"), node("h", 1, "y")],
    initializers: weights,
    inputs: [
      { name: "x", dtype, shape: [BATCH, inputs, side, side] },
      ...(isKept ? weights.map(({ name, shape }) => ({ name, dtype, shape })) : []),
    ],
    outputs: [{ name: "y", dtype, shape: [BATCH, outputs, side, side] }],
  };
}

async function used(work: () => Promise<unknown>): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

const say = (line: string): unknown => process.stdout.write(`${line}\n`);
say("| channels in, out | side | kernel | MB | stored, ms | blocks, ms | ratio | session: stored, blocks, ms |");
say("|---|---|---|---|---|---|---|---|");
const shapes = [
  [320, 320, 64, 3], [640, 320, 64, 3], [960, 320, 64, 3], [320, 640, 32, 3], [640, 640, 32, 3], [1280, 640, 32, 3],
  [1920, 640, 32, 3], [640, 1280, 16, 3], [1280, 1280, 16, 3], [2560, 1280, 16, 3], [1280, 1280, 8, 3],
  [2560, 1280, 8, 3], [960, 320, 64, 1], [1920, 640, 32, 1], [2560, 1280, 16, 1], [2560, 1280, 8, 1],
];
for (const [inputs, outputs, side, kernel] of shapes) {
  const sessions: Session[] = [];
  const created: number[] = [];
  for (const isKept of [true, false]) {
    const model = encodeModel(graphOf(inputs, outputs, side, kernel, isKept));
    const options = { intraOpNumThreads: 1, logSeverityLevel: 3 };
    const make = async () => sessions.push(await ort.InferenceSession.create(model, options));
    created.push(await used(make));
  }
  const dims = [BATCH, inputs, side, side];
  const x = new ort.Tensor("float32", new Float32Array(BATCH * inputs * side * side).fill(0.5), dims);
  const least = [Infinity, Infinity];
  for (let i = 0; i < RUNS; i++) {
    for (const [k, session] of sessions.entries()) least[k] = Math.min(least[k], await used(() => session.run({ x })));
  }
  const megabytes = (Math.max(inputs, outputs) * outputs * kernel * kernel * 4) / 1e6;
  const times = least.map((ms) => ms.toFixed(0)).join(" | ");
  const making = created.map((ms) => ms.toFixed(0)).join(", ");
  const ratio = (least[0] / least[1]).toFixed(2);
  say(`| ${inputs}, ${outputs} | ${side} | ${kernel} | ${megabytes.toFixed(0)} | ${times} | ${ratio} | ${making} |`);
}
