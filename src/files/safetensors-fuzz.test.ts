// Damaged and malicious safetensors files: an error of ours or consistent tensors, and never more memory than the file.
import fc from "fast-check";
import { expect, test } from "vitest";
import { DriftfieldError } from "../core/index.ts";
import { readRaw, readSafetensorsHeader } from "./safetensors.ts";
import { encodeSafetensors, type TensorToWrite } from "./safetensors-write.ts";
import { type ByteSource, bytesSource } from "./source.ts";

const MIXED: TensorToWrite[] = [
  { name: "weight", shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 5, 6) },
  { name: "bias", shape: [3], data: Float32Array.of(0.1, 0.2, 7), dtype: "F16" },
  { name: "0", shape: [], data: Float32Array.of(42) },
  { name: "empty", shape: [0, 4], data: new Uint8Array(0) },
  { name: "mask", shape: [3], data: Uint8Array.of(1, 0, 1), dtype: "BOOL" },
];

/** A file's bytes, and those that were asked for: no claim of a header may make us ask for more than there is. */
function counted(bytes: Uint8Array): { source: ByteSource; asked: () => number } {
  const source = bytesSource(bytes);
  let most = 0;
  const read = (offset: number, length: number) => {
    most = Math.max(most, length);
    return source.read(offset, length);
  };
  return { source: { ...source, read }, asked: () => most };
}

/** One thing that can happen to a file: bits flip, parts go, come twice or are written over, a number changes. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at: fc.nat(), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("cut" as const), at: fc.nat() }),
  fc.record({ kind: fc.constant("drop" as const), at: fc.nat(), length: fc.nat(20) }),
  fc.record({ kind: fc.constant("insert" as const), at: fc.nat(), bytes: fc.uint8Array({ maxLength: 20 }) }),
  fc.record({ kind: fc.constant("length" as const), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
  fc.record({
    kind: fc.constant("number" as const),
    at: fc.nat(),
    text: fc.constantFrom("-1", "1e9", "9007199254740993", "1e400", "0.5", "2147483648", "null", '"4"', "[]", "-0"),
  }),
);

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutated(file: Uint8Array, change: Mutation): Uint8Array {
  if (change.kind === "length") {
    const copy = file.slice();
    if (copy.length >= 8) new DataView(copy.buffer).setBigUint64(0, change.value, true);
    return copy;
  }
  const at = file.length === 0 ? 0 : change.at % file.length;
  if (change.kind === "cut") return file.slice(0, at);
  if (change.kind === "drop") return Buffer.concat([file.subarray(0, at), file.subarray(at + change.length)]);
  if (change.kind === "insert") return Buffer.concat([file.subarray(0, at), change.bytes, file.subarray(at)]);
  if (change.kind === "flip") {
    const copy = file.slice();
    copy[at] ^= 1 << change.bit;
    return copy;
  }
  // One of the header's numbers is written anew, and the header's length with it: what only a malicious writer does.
  if (file.length < 8) return file;
  const header = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (header > BigInt(file.length - 8)) return file;
  const json = Buffer.from(file.subarray(8, 8 + Number(header))).toString("latin1");
  const numbers = [...json.matchAll(/\d+/g)];
  if (numbers.length === 0) return file;
  const { index, 0: old } = numbers[change.at % numbers.length];
  const text = Buffer.from(json.slice(0, index) + change.text + json.slice(index + old.length), "latin1");
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, file.subarray(8 + Number(header))]);
}

test("of 10,000 damaged files, each says so or reads consistently, and none takes more than its size", async () => {
  const whole = await encodeSafetensors([...MIXED, { name: "more", shape: [100], data: new Float32Array(100) }]);
  let refused = 0;
  let read = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (changes) => {
      const file = changes.reduce((bytes, change) => new Uint8Array(mutated(bytes, change)), new Uint8Array(whole));
      const { source, asked } = counted(file);
      try {
        const { tensors, dataOffset } = await readSafetensorsHeader(source);
        let bytes = 0;
        for (const name of tensors.keys()) {
          bytes += (await readRaw({ source, tensors, dataOffset, metadata: {} }, name)).length;
        }
        expect(bytes).toBe(file.length - dataOffset);
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(DriftfieldError);
        refused++;
      }
      expect(asked()).toBeLessThanOrEqual(file.length);
    }),
    { numRuns: 10_000 },
  );
  expect(Math.min(refused, read)).toBeGreaterThan(300);
});

