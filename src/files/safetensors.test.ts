// Safetensors from anywhere: what is sound reads back, what isn't says so.
import { mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DriftfieldError } from "../core/index.ts";
import { fileSource } from "./file-source.ts";
import { readRaw, readSafetensorsHeader, readTensor, verifySafetensors } from "./safetensors.ts";
import { encodeSafetensors, writeSafetensors, type TensorToWrite } from "./safetensors-write.ts";
import { bytesSource } from "./source.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "driftfield-safetensors-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const TENSORS: TensorToWrite[] = [
  { name: "weight", shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 5, 6) },
  { name: "bias", shape: [3], data: Float32Array.of(0.1, 0.2, 70000), dtype: "F16" },
  { name: "0", shape: [], data: Float32Array.of(42) },
  { name: "ids", shape: [2], data: BigInt64Array.of(7n, -8n) },
  { name: "empty", shape: [0, 4], data: new Uint8Array(0) },
  { name: "mask", shape: [3], data: Uint8Array.of(1, 0, 1), dtype: "BOOL" },
  { name: "rounded", shape: [1], data: Float32Array.of(1.00390625), dtype: "BF16" },
  { name: "double", shape: [1], data: Float64Array.of(0.1) },
];

/** A file with this header (an object or the text itself) and this many bytes of data. */
function fileOf(header: unknown, dataBytes: number, claimedLength?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, claimedLength ?? BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

/** The error that reading the header of `file` throws. */
async function refusal(file: Uint8Array, name = "bad.safetensors"): Promise<DriftfieldError> {
  const error = await readSafetensorsHeader(bytesSource(file, name)).then(
    () => new Error("it was accepted"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DriftfieldError)) throw error;
  return error;
}

const f32 = (shape: unknown, begin: unknown, end: unknown) => ({ dtype: "F32", shape, data_offsets: [begin, end] });

test("what is written reads back, bit for bit, on disk and in memory", async () => {
  const path = join(folder, "good.safetensors");
  await writeSafetensors(path, TENSORS, { format: "pt", note: "ünïcode 猫" });
  const onDisk = await fileSource(path);
  const file = await readSafetensorsHeader(onDisk);
  expect({ ...file.metadata }).toMatchObject({ format: "pt", note: "ünïcode 猫" });
  expect(await readTensor(file, "weight")).toEqual({ shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 5, 6) });
  expect(await readTensor(file, "0")).toEqual({ shape: [], data: Float32Array.of(42) });
  expect((await readTensor(file, "bias")).data).toEqual(Float32Array.of(0.0999755859375, 0.199951171875, Infinity));
  expect((await readTensor(file, "rounded")).data).toEqual(Float32Array.of(1));
  expect((await readTensor(file, "double")).data).toEqual(Float32Array.of(0.1));
  expect(new BigInt64Array((await readRaw(file, "ids")).buffer)).toEqual(BigInt64Array.of(7n, -8n));
  expect(await verifySafetensors(file)).toBe(true);
  await onDisk.close();
  expect(new Uint8Array(await readFile(path))).toEqual(
    await encodeSafetensors(TENSORS, { format: "pt", note: "ünïcode 猫" }),
  );
});

test("the same tensors in another order give the same bytes, and every tensor is aligned to its element", async () => {
  const one = await encodeSafetensors(TENSORS, { a: "1", b: "2" });
  const other = await encodeSafetensors([...TENSORS].reverse(), { b: "2", a: "1" });
  expect(other).toEqual(one);
  const file = await readSafetensorsHeader(bytesSource(one));
  expect(file.dataOffset % 8).toBe(0);
  const widths = { F64: 8, I64: 8, F32: 4, F16: 2, BF16: 2, U8: 1, BOOL: 1 } as Record<string, number>;
  for (const { dtype, offset } of file.tensors.values()) expect(offset % widths[dtype]).toBe(0);
  expect([...file.tensors.keys()].filter((n) => file.tensors.get(n)?.dtype === "F32")).toEqual(["0", "weight"]);
});

test("asking for a tensor that isn't there, or for integers as floats, is an error that names it", async () => {
  const file = await readSafetensorsHeader(bytesSource(await encodeSafetensors(TENSORS)));
  await expect(readTensor(file, "wieght")).rejects.toMatchObject({ code: "not_found", path: "wieght" });
  await expect(readTensor(file, "ids")).rejects.toMatchObject({ code: "unsupported", path: "ids", received: "I64" });
});

test("a file cut off in its data is refused with both sizes", async () => {
  const path = join(folder, "cut.safetensors");
  await writeSafetensors(path, TENSORS);
  const whole = (await readFile(path)).length;
  await truncate(path, whole - 5);
  const source = await fileSource(path);
  const error = await readSafetensorsHeader(source).catch((thrown: unknown) => thrown);
  await source.close();
  expect(error).toMatchObject({ code: "invalid_file", received: `${whole - 5} bytes`, expected: `${whole} bytes` });
  expect((error as DriftfieldError).message).toContain(path);
  expect((error as DriftfieldError).hint).toMatch(/Download or copy/);
});

test("a file cut off in its header, or empty, is refused with the size it has", async () => {
  const whole = await encodeSafetensors(TENSORS);
  for (const size of [0, 3, 8, 20, 100]) {
    const error = await refusal(whole.subarray(0, size));
    expect(error).toMatchObject({ code: "invalid_file", path: "bad.safetensors" });
    expect(error.message).toMatch(new RegExp(`the file has ${size}$`));
  }
});

test("a header of 2^60 bytes, or of more than 100 MB, is refused before anything is read", async () => {
  let longest = 0;
  const huge = (claimed: bigint) => {
    const source = bytesSource(fileOf("{}", 0, claimed), "huge.safetensors");
    const read = (offset: number, length: number) => {
      longest = Math.max(longest, length);
      return source.read(offset, length);
    };
    return { ...source, size: 2 ** 40, read };
  };
  for (const claimed of [2n ** 60n, 2n ** 64n - 1n, 100_000_001n]) {
    const error = await readSafetensorsHeader(huge(claimed)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "invalid_file" });
    expect((error as DriftfieldError).message).toContain(`claims ${claimed} bytes`);
  }
  expect(longest).toBe(8);
});

test("things mistaken for safetensors are told apart, with what to do", async () => {
  const bytes = (text: string) => new TextEncoder().encode(text.padEnd(64));
  expect((await refusal(bytes("version https://git-lfs.github.com/spec/v1"))).hint).toContain("git lfs pull");
  expect((await refusal(bytes("PK\u0003\u0004"))).message).toContain("zip archive");
  expect((await refusal(bytes("<!DOCTYPE html>"))).message).toContain("HTML page");
});

describe("a header is refused", () => {
  const cases: [what: string, file: Uint8Array, tensor: string | undefined, message: RegExp][] = [
    ["that isn't JSON", fileOf("{nonsense", 0), undefined, /isn't JSON/],
    ["that is a list", fileOf("[1, 2]", 0), undefined, /isn't a JSON object/],
    ["that isn't UTF-8", fileOf("{}", 0).with(8, 0xff), undefined, /isn't UTF-8/],
    ["that nests too deep", fileOf("[".repeat(100_000), 0), undefined, /nests too deep/],
    ["with a name twice", fileOf('{"a":{},"\\u0061":{}}', 0), "a", /appears twice/],
    ["with a key of a tensor twice", fileOf('{"a":{"dtype":"F32","dtype":"F16"}}', 0), "dtype", /appears twice/],
    ["with metadata that aren't text", fileOf({ __metadata__: { a: 1 } }, 0), "__metadata__", /aren't text/],
    ["with __proto__ as a name", fileOf(`{"__proto__":${JSON.stringify(f32([1], 0, 4))}}`, 4), "__proto__", /name/],
    ["with a tensor that isn't described", fileOf({ a: 5 }, 0), "a", /isn't described/],
    ["with an unknown dtype", fileOf({ a: { ...f32([1], 0, 4), dtype: "F99" } }, 4), "a", /unknown dtype/],
    ["with a dtype like a property", fileOf({ a: { ...f32([], 0, 4), dtype: "toString" } }, 4), "a", /unknown dtype/],
    ["with a negative dimension", fileOf({ a: f32([-1, -1], 0, 4) }, 4), "a", /bad shape/],
    ["with a fractional dimension", fileOf({ a: f32([0.5, 2], 0, 4) }, 4), "a", /bad shape/],
    ["with a dimension beyond 2^53", fileOf({ a: f32([2 ** 60], 0, 4) }, 4), "a", /bad shape/],
    ["with a shape that isn't a list", fileOf({ a: f32("1", 0, 4) }, 4), "a", /bad shape/],
    ["with three offsets", fileOf({ a: { ...f32([1], 0, 4), data_offsets: [0, 4, 4] } }, 4), "a", /bad data_offsets/],
    ["with offsets in the wrong order", fileOf({ a: f32([1], 4, 0) }, 4), "a", /bad data_offsets/],
    ["with a negative offset", fileOf({ a: f32([1], -4, 0) }, 4), "a", /bad data_offsets/],
    ["with bytes that don't fit the shape", fileOf({ a: f32([2], 0, 4) }, 4), "a", /don't fit its shape/],
    ["with a size that overflows", fileOf({ a: f32([2 ** 40, 2 ** 40], 0, 4) }, 4), "a", /don't fit its shape/],
    ["with overlapping tensors", fileOf({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12), "b", /overlaps/],
    ["with a gap", fileOf({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), "b", /gap/],
    ["with an offset out of range", fileOf({ a: f32([1], 0, 4), b: f32([2], 4, 12) }, 4), "b", /cut off/],
    ["with bytes left over", fileOf({ a: f32([1], 0, 4) }, 6), undefined, /2 bytes after/],
  ];
  test.each(cases)("%s", async (_, file, tensor, message) => {
    const error = await refusal(file);
    expect(error).toMatchObject({ code: "invalid_file", path: tensor ?? "bad.safetensors" });
    expect(error.message).toMatch(message);
    expect(error.message).toContain("bad.safetensors");
    expect(error.received).toBeDefined();
    expect(error.hint).toMatch(/\.$/);
  });
});

test("any single bit that flips in the numbers is found by the checksum", async () => {
  const whole = await encodeSafetensors(TENSORS);
  const { dataOffset } = await readSafetensorsHeader(bytesSource(whole));
  for (let at = dataOffset; at < whole.length; at++) {
    const damaged = whole.slice();
    damaged[at] ^= 1 << (at % 8);
    const file = await readSafetensorsHeader(bytesSource(damaged, "model.safetensors"));
    await expect(verifySafetensors(file)).rejects.toMatchObject({ code: "invalid_file", path: "model.safetensors" });
  }
});

test("a file without our checksum is told apart from a verified one", async () => {
  const file = await readSafetensorsHeader(bytesSource(fileOf({ a: f32([1], 0, 4) }, 4)));
  expect(await verifySafetensors(file)).toBe(false);
});

test("tensors that can't be stored are refused by name, and the old file stays", async () => {
  const path = join(folder, "kept.safetensors");
  await writeFile(path, "old");
  const bad: [TensorToWrite[], string][] = [
    [[{ name: "a", shape: [2], data: Float32Array.of(1) }], "shape_mismatch"],
    [[{ name: "a", shape: [-1, -1], data: Float32Array.of(1) }], "shape_mismatch"],
    [[TENSORS[0], TENSORS[0]], "invalid_option"],
    [[{ name: "__metadata__", shape: [1], data: Float32Array.of(1) }], "invalid_option"],
    [[{ name: "a", shape: [1], data: Float32Array.of(1), dtype: "I64" }], "invalid_option"],
  ];
  for (const [tensors, code] of bad) await expect(writeSafetensors(path, tensors)).rejects.toMatchObject({ code });
  expect(await readFile(path, "utf8")).toBe("old");
  expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("a file that shrinks while it is read is an error, not a hang", async () => {
  const path = join(folder, "shrinking.safetensors");
  await writeSafetensors(path, TENSORS);
  const source = await fileSource(path);
  const file = await readSafetensorsHeader(source);
  await (await open(path, "w")).close();
  await expect(readTensor(file, "weight")).rejects.toMatchObject({ code: "invalid_file" });
  await source.close();
});
