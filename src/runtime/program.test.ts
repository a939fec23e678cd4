// Compiled graphs on both of Node's engines: what goes in is checked, what comes out lands where it was asked for.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DriftfieldError } from "../core/index.ts";
import {
  add, cast, concat, greater, input, linear, matmul, mul, parameter, sum, tanh, type Sym,
} from "../graph/index.ts";
import { compile, nodeBackend, webBackend, type CompileOptions, type Program, type Weight } from "./index.ts";

const backends = { "onnxruntime-node": await nodeBackend(), "onnxruntime-web": webBackend() };
const programs: Program[] = [];
afterAll(() => Promise.all(programs.map((program) => program.dispose())));

async function failure(work: Promise<unknown>): Promise<DriftfieldError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DriftfieldError);
  return error as DriftfieldError;
}

function weight(shape: number[], values: number[]): Weight {
  return { dtype: "float32", shape, content: new Uint8Array(Float32Array.from(values).buffer) };
}

for (const [name, backend] of Object.entries(backends)) {
  const compiled = async (outputs: Record<string, Sym>, options: Partial<CompileOptions> = {}): Promise<Program> => {
    const program = await compile(outputs, { backend, threads: 1, ...options });
    programs.push(program);
    return program;
  };

  describe(name, () => {
    const x = input("x", [2, 3]);

    it("tells its inputs and outputs with shapes and dtypes", async () => {
      const program = await compiled({ y: matmul(x, parameter("w", [3, 4])), large: greater(x, 0) });
      expect(Object.fromEntries(program.inputs)).toEqual({
        x: { shape: [2, 3], dtype: "float32" },
        w: { shape: [3, 4], dtype: "float32" },
      });
      expect(Object.fromEntries(program.outputs)).toEqual({
        y: { shape: [2, 4], dtype: "float32" },
        large: { shape: [2, 3], dtype: "bool" },
      });
    });

    it("takes and gives every dtype that a page can hold", async () => {
      const outputs = {
        half: mul(input("f", [2]), 0.5),
        whole: add(input("i", [2], "int32"), input("j", [2], "int32")),
        long: add(input("l", [1], "int64"), input("m", [1], "int64")),
        yes: greater(cast(input("b", [2], "bool"), "float32"), cast(input("u", [2], "uint8"), "float32")),
      };
      const feeds = {
        f: Float32Array.of(1, -3), i: Int32Array.of(1, 2), j: Int32Array.of(10, 20), l: BigInt64Array.of(2n ** 40n),
        m: BigInt64Array.of(1n), b: Uint8Array.of(1, 0), u: Uint8Array.of(0, 0),
      };
      const results = await (await compiled(outputs)).run(feeds);
      expect(results.half).toEqual({ data: Float32Array.of(0.5, -1.5), shape: [2] });
      expect(results.whole).toEqual({ data: Int32Array.of(11, 22), shape: [2] });
      expect(results.long).toEqual({ data: BigInt64Array.of(2n ** 40n + 1n), shape: [1] });
      expect(results.yes).toEqual({ data: Uint8Array.of(1, 0), shape: [2] });
    });

    it("binds the weights it is given as constants, and takes the others as inputs", async () => {
      const y = linear(x, parameter("w", [1, 3]), parameter("b", [1]));
      const program = await compiled({ y }, { weights: new Map([["w", weight([1, 3], [1, 2, 3])]]) });
      expect([...program.inputs.keys()]).toEqual(["x", "b"]);
      const { y: found } = await program.run({ x: Float32Array.of(1, 1, 1, 0, 1, 2), b: Float32Array.of(0.5) });
      expect([...found.data]).toEqual([6.5, 8.5]);
    });

    it("says which weight a run lacks", async () => {
      const program = await compiled({ y: linear(x, parameter("layer.w", [1, 3])) });
      const error = await failure(program.run({ x: new Float32Array(6) }));
      expect(error.code).toBe("shape_mismatch");
      expect(error.path).toBe("layer.w");
      expect(error.message).toContain("layer.w [1, 3]");
    });

    it("refuses a weight of another shape, with both shapes", async () => {
      const weights = new Map([["w", weight([3, 1], [1, 2, 3])]]);
      const error = await failure(compiled({ y: linear(x, parameter("w", [1, 3])) }, { weights }));
      expect(error.code).toBe("shape_mismatch");
      expect(error.message).toContain("w must be [1, 3], got [3, 1]");
    });

    it("refuses a weight that lacks bytes", async () => {
      const weights = new Map([["w", weight([1, 3], [1, 2])]]);
      const error = await failure(compiled({ y: linear(x, parameter("w", [1, 3])) }, { weights }));
      expect(error.code).toBe("invalid_file");
      expect(error.message).toContain("12 bytes, got 8");
    });

    it("refuses feeds of a wrong size, shape or kind, and unknown names", async () => {
      const program = await compiled({ y: mul(x, 2) });
      const size = await failure(program.run({ x: new Float32Array(5) }));
      expect(size.message).toContain("x must be [2, 3], got 5 numbers");
      const shape = await failure(program.run({ x: { data: new Float32Array(6), shape: [3, 2] } }));
      expect([shape.expected, shape.received]).toEqual(["[2, 3]", "[3, 2]"]);
      const kind = await failure(program.run({ x: new Int32Array(6) }));
      expect(kind.message).toContain("x must be a Float32Array, got a Int32Array");
      const unknown = await failure(program.run({ x: new Float32Array(6), z: new Float32Array(1) }));
      expect([unknown.code, unknown.path]).toEqual(["unknown_option", "z"]);
      const missing = await failure(program.run({}));
      expect(missing.message).toContain("lacks the input x [2, 3]");
    });

    it("wants the shape of a feed whose size is open", async () => {
      const program = await compiled({ y: mul(input("open", ["B", 3]), 2) });
      const error = await failure(program.run({ open: new Float32Array(6) }));
      expect(error.message).toContain("open must be [B, 3]");
      const { y } = await program.run({ open: { data: Float32Array.of(1, 2, 3), shape: [1, 3] } });
      expect(y).toEqual({ data: Float32Array.of(2, 4, 6), shape: [1, 3] });
    });

    it("writes outputs into the arrays given for them, at every run, and hands back those arrays", async () => {
      const program = await compiled({ y: tanh(x), total: sum(x) });
      const into = { y: new Float32Array(6).fill(9), total: new Float32Array(1).fill(9) };
      const plain: number[][] = [];
      for (let turn = 1; turn <= 3; turn++) {
        const feed = { x: Float32Array.from({ length: 6 }, (_, i) => (i - 2) * turn) };
        plain.push([...(await program.run(feed)).y.data as Float32Array]);
        const results = await program.run(feed, into);
        expect(results.y.data).toBe(into.y);
        expect(results.total.data).toBe(into.total);
        expect([...into.y]).toEqual(plain.at(-1));
        expect(into.total[0]).toBe(3 * turn);
      }
      expect(plain[0]).not.toEqual(plain[2]);
    });

    it("fills one output in place and returns the other anew", async () => {
      const program = await compiled({ a: mul(x, 2), b: mul(x, 3) });
      const a = new Float32Array(6);
      const results = await program.run({ x: new Float32Array(6).fill(1) }, { a });
      expect([a[5], results.b.data[5]]).toEqual([2, 3]);
    });

    it("can hand its state to and fro between two arrays", async () => {
      const program = await compiled({ next: add(mul(input("state", [2]), 2), 1) });
      let [from, to] = [Float32Array.of(0, 1), new Float32Array(2)];
      for (let turn = 0; turn < 5; turn++) {
        await program.run({ state: from }, { next: to });
        [from, to] = [to, from];
      }
      expect([...from]).toEqual([31, 63]);
    });

    it("refuses a target of a wrong size, kind or name", async () => {
      const program = await compiled({ y: mul(x, 2) });
      const feed = { x: new Float32Array(6) };
      expect((await failure(program.run(feed, { y: new Float32Array(5) }))).message).toContain("y must be [2, 3]");
      expect((await failure(program.run(feed, { y: new Int32Array(6) }))).message).toContain("Float32Array");
      expect((await failure(program.run(feed, { z: new Float32Array(6) }))).message).toContain("no output z");
    });

    it("refuses two inputs or parameters of one name, and an output named as an input", async () => {
      const twice = await failure(compiled({ y: add(input("x", [2]), input("x", [2])) }));
      expect(twice.message).toContain("two inputs of one graph are named x");
      const slots = await failure(compiled({ y: add(parameter("w", [2]), parameter("w", [2])) }));
      expect(slots.message).toContain("two parameters of one graph are named w");
      const both = await failure(compiled({ x: mul(x, 2) }));
      expect(both.message).toContain("an input and an output are both named x");
    });

    it("keeps names of weights apart from its own", async () => {
      const names = ["v_0", "v_1", "c_0", "c_1"];
      const y = concat(names.map((name) => mul(parameter(name, [1]), 2)), 0);
      const weights = new Map(names.map((name, i) => [name, weight([1], [i])]));
      expect([...(await (await compiled({ y }, { weights })).run({})).y.data]).toEqual([0, 2, 4, 6]);
    });
  });
}

describe("weights in files", () => {
  it("reads ranges of a file in a folder, in half precision too, without loading it first", async () => {
    const folder = await mkdtemp(join(tmpdir(), "driftfield-program-"));
    try {
      const bytes = new Uint8Array(69 + 12 + 6);
      bytes.set(new Uint8Array(Float32Array.of(1, 2, 3).buffer), 69); // unaligned, as in a safetensors file
      bytes.set(new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x3800).buffer), 81); // 1, -2, 0.5 as float16
      const path = join(folder, "weights.bin");
      await writeFile(path, bytes);
      const weights = new Map<string, Weight>([
        ["w", { dtype: "float32", shape: [1, 3], content: { path, offset: 69, length: 12 } }],
        ["h", { dtype: "float16", shape: [1, 3], content: { path, offset: 81, length: 6 } }],
      ]);
      const y = add(parameter("w", [1, 3]), parameter("h", [1, 3]));
      const program = await compile({ y }, { backend: await nodeBackend(), weights });
      programs.push(program);
      expect([...(await program.run({})).y.data]).toEqual([2, 0, 3.5]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

it("leaves no copies behind where outputs are written into the caller's arrays", async () => {
  const count = 1 << 20;
  const backend = backends["onnxruntime-node"];
  const program = await compile({ y: mul(input("x", [count]), 2) }, { backend, threads: 1 });
  programs.push(program);
  const [x, y] = [new Float32Array(count).fill(1), new Float32Array(count)];
  await program.run({ x }, { y });
  const before = process.memoryUsage().arrayBuffers;
  for (let turn = 0; turn < 3; turn++) await program.run({ x }, { y });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(count * 4); // three copies would be 12 MB
  expect(y[count - 1]).toBe(2);
});
