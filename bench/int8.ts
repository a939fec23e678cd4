// Whether 8 and 4 bit products pay: a linear layer's time and error in each of ONNX Runtime's forms (decision 10 of
// docs/decisions says what followed).
//
//   npm --prefix bench run int8
import { createRequire } from "node:module";
import { encodeModel, type OnnxGraph } from "../src/graph/index.ts";
import { counterNormal } from "../src/random/index.ts";

type Initializer = OnnxGraph["initializers"][number];
type Form = { node: OnnxGraph["nodes"][number]; initializers: Initializer[] };
type Session = { run(feeds: object): Promise<Record<string, { data: Float32Array }>> };

const ort = createRequire(import.meta.url)("onnxruntime-node") as {
  Tensor: new (type: string, data: Float32Array, dims: number[]) => object;
  InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
};
const THREADS = 1; // processor time is compared: threads that wait for each other would be counted too
const BLOCK = 32;

const bytesOf = (values: Float32Array): Uint8Array => new Uint8Array(values.buffer);
const constant = (name: string, dtype: "float32" | "uint8", shape: number[], content: Uint8Array): Initializer => ({
  name, dtype, shape, content,
});
const node = (opType: string, inputs: string[], attributes: Form["node"]["attributes"]): Form["node"] => ({
  opType, domain: opType === "Gemm" ? "" : "com.microsoft", inputs: ["x", ...inputs], outputs: ["y0"], attributes,
});

const exact = (w: Float32Array, k: number, n: number): Form => ({
  node: node("Gemm", ["w"], { transB: 1 }),
  initializers: [constant("w", "float32", [n, k], bytesOf(w))],
});

/** Weights in 8 bits with a scale for each output; inputs are quantised at each run. */
function dynamic(w: Float32Array, k: number, n: number): Form {
  const [scales, q] = [new Float32Array(n), new Uint8Array(k * n)];
  for (let row = 0; row < n; row++) {
    const values = w.subarray(row * k, (row + 1) * k);
    scales[row] = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0) / 127;
    values.forEach((v, i) => (q[i * n + row] = Math.round(v / scales[row]) + 128));
  }
  return {
    node: node("DynamicQuantizeMatMul", ["q", "s", "z"], {}),
    initializers: [
      constant("q", "uint8", [k, n], q),
      constant("s", "float32", [n], bytesOf(scales)),
      constant("z", "uint8", [n], new Uint8Array(n).fill(128)),
    ],
  };
}

/** Weights in few bits with a scale for each block of 32; `level` 4 computes in 8 bits, 1 in float32. */
function blocked(w: Float32Array, k: number, n: number, bits: 4 | 8, level: number): Form {
  const [blocks, half] = [k / BLOCK, 2 ** (bits - 1)];
  const [scales, packed] = [new Float32Array(n * blocks), new Uint8Array((n * k * bits) / 8)];
  for (let block = 0; block < n * blocks; block++) {
    const values = w.subarray(block * BLOCK, (block + 1) * BLOCK);
    scales[block] = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0) / (half - 1);
    values.forEach((v, i) => {
      const [at, level8] = [block * BLOCK + i, Math.round(v / scales[block]) + half];
      if (bits === 8) packed[at] = level8;
      else packed[at >> 1] |= level8 << (4 * (at & 1));
    });
  }
  return {
    node: node("MatMulNBits", ["q", "s"], { K: k, N: n, bits, block_size: BLOCK, accuracy_level: level }),
    initializers: [
      constant("q", "uint8", [n, blocks, (BLOCK * bits) / 8], packed),
      constant("s", "float32", [n * blocks], bytesOf(scales)),
    ],
  };
}

async function measure(form: Form, x: Float32Array, [m, k, n]: number[]): Promise<{ ms: number; y: Float32Array }> {
  const graph: OnnxGraph = {
    name: "int8",
    nodes: [form.node, { opType: "Identity", domain: "", inputs: ["y0"], outputs: ["y"], attributes: {} }],
    initializers: form.initializers,
    inputs: [{ name: "x", dtype: "float32", shape: [m, k] }],
    outputs: [{ name: "y", dtype: "float32", shape: [m, n] }],
  };
  const session = await ort.InferenceSession.create(encodeModel(graph), { intraOpNumThreads: THREADS });
  let [ms, y] = [Infinity, new Float32Array()];
  for (let i = 0; i < 6; i++) {
    const began = process.cpuUsage();
    y = (await session.run({ x: new ort.Tensor("float32", x, [m, k]) })).y.data as typeof y;
    const { user, system } = process.cpuUsage(began);
    ms = Math.min(ms, (user + system) / 1000);
  }
  return { ms, y };
}

const forms: Record<string, (w: Float32Array, k: number, n: number) => Form> = {
  "float32": exact,
  "8 bits by output, dynamic": dynamic,
  "8 bits in blocks": (w, k, n) => blocked(w, k, n, 8, 4),
  "4 bits in blocks": (w, k, n) => blocked(w, k, n, 4, 4),
};
const say = (line: string): unknown => process.stdout.write(`${line}\n`);
say("| product | form | ms of processor | of float32 | error, root mean square over that of y |");
say("|---|---|---|---|---|");
for (const size of [[2048, 640, 5120], [8192, 320, 1280], [512, 1280, 1280]]) {
  const [m, k, n] = size;
  const x = counterNormal({ seed: 1, sample: 0, draw: 0 }, new Float32Array(m * k));
  const w = counterNormal({ seed: 1, sample: 0, draw: 1 }, new Float32Array(n * k)).map((v) => v / Math.sqrt(k));
  let truth: { ms: number; y: Float32Array } | undefined;
  for (const [name, make] of Object.entries(forms)) {
    const found = await measure(make(w, k, n), x, size);
    truth ??= found;
    const [error, whole] = truth.y.reduce(([e, t], v, i) => [e + (v - found.y[i]) ** 2, t + v * v], [0, 0]);
    const ratio = (found.ms / truth.ms).toFixed(2);
    say(`| ${size.join(" x ")} | ${name} | ${found.ms.toFixed(0)} | ${ratio} | ${Math.sqrt(error / whole).toFixed(4)} |`);
  }
}
