// Every case of the engine's suite with its gradients: the graph for PyTorch, the inputs, and ONNX Runtime's results.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sizeOf } from "../../src/core/index.ts";
import { writeSafetensors, type TensorToWrite } from "../../src/files/index.ts";
import { constant, emitGraph, encodeModel, grad, input, mul, sum, type Sym } from "../../src/graph/index.ts";
import { centred, type Syms } from "../../src/graph/suite/case.ts";
import { opCases } from "../../src/graph/suite/index.ts";
import { Rng } from "../../src/graph/suite/rng.ts";
import { compile, type Backend, type Data } from "../../src/runtime/index.ts";

const SEEDS = [1, 2];
const CASES_A_GRAPH = 60;

type Outputs = Record<string, Sym>;
type Feeds = Record<string, { data: Data; shape: readonly number[] }>;

function addCase(key: string, test: (typeof opCases)[number], seed: number, outputs: Outputs, feeds: Feeds): void {
  const rng = new Rng(seed, test.name);
  const { inputs, build } = test.make(rng);
  const syms: Syms = {};
  for (const [name, { shape, dtype = "float32", draw = centred }] of Object.entries(inputs)) {
    const numbers = draw(rng, sizeOf(shape));
    const pack = { float32: () => Float32Array.from(numbers), int32: () => Int32Array.from(numbers) };
    const data = dtype === "int64" ? BigInt64Array.from(numbers, BigInt) : pack[dtype]();
    feeds[`${key}.${name}`] = { data, shape };
    syms[name] = input(`${key}.${name}`, shape, dtype);
  }
  const y = build(syms);
  outputs[`${key}:y`] = y;
  if (test.forward) return;
  const floats = Object.values(syms).filter(({ dtype }) => dtype === "float32");
  const weights = Float32Array.from({ length: sizeOf(y.shape as number[]) }, () => rng.uniform(-1, 1));
  grad(sum(mul(y, constant(weights, y.shape as number[]))), floats).forEach((gradient, i) => {
    outputs[`${key}:d${i}`] = gradient;
  });
}

/** Writes `<n>.onnx`, `<n>-in.safetensors`, `<n>-out.safetensors`, and names.json. Loops stay in TypeScript. */
export async function writeOps(folder: string, backend: Backend): Promise<void> {
  const cases = opCases.filter(({ op }) => op !== "loop");
  const names: Record<string, string> = {};
  for (let start = 0; start < cases.length; start += CASES_A_GRAPH) {
    const outputs: Outputs = {};
    const feeds: Feeds = {};
    cases.slice(start, start + CASES_A_GRAPH).forEach((test, i) => {
      for (const seed of SEEDS) {
        const key = `${start + i}s${seed}`;
        names[key] = `${test.name}, seed ${seed}`;
        addCase(key, test, seed, outputs, feeds);
      }
    });
    const number = start / CASES_A_GRAPH;
    const graph = emitGraph(outputs, { target: "torch" });
    writeFileSync(join(folder, `${number}.onnx`), encodeModel(graph));
    const program = await compile(outputs, { backend, threads: 1 });
    const given = Object.fromEntries([...program.inputs.keys()].map((name) => [name, feeds[name].data]));
    const results = await program.run(given);
    const tensor = (name: string, data: Data, shape: readonly number[]): TensorToWrite => ({ name, data, shape });
    const used = graph.inputs.map(({ name }) => tensor(name, feeds[name].data, feeds[name].shape));
    await writeSafetensors(join(folder, `${number}-in.safetensors`), used);
    const found = Object.entries(results).map(([name, { data, shape }]) => tensor(name, data, shape));
    await writeSafetensors(join(folder, `${number}-out.safetensors`), found);
    await program.dispose();
  }
  writeFileSync(join(folder, "names.json"), JSON.stringify(names));
}
