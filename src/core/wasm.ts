// Just enough of WebAssembly's binary format for a module of one function with SIMD (WebAssembly 2.0, chapter 5).

/** A piece of code: bytes in order. */
export type Code = readonly number[];

/** Pieces one after another. */
export const code = (...pieces: readonly Code[]): Code => pieces.flat();

/** An unsigned number as LEB128. */
function leb(value: number): Code {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...leb(value >>> 7)];
}

/** A signed number as LEB128, from -2^31 to 2^31 - 1. */
function signedLeb(value: number): Code {
  const low = value & 0x7f;
  const rest = value >> 7;
  const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return done ? [low] : [low | 0x80, ...signedLeb(rest)];
}

const simd = (opcode: number): Code => [0xfd, ...leb(opcode)];
const access = (opcode: number, align: number) => (offset = 0): Code => [...simd(opcode), align, ...leb(offset)];

export const I32 = 0x7f;
export const V128 = 0x7b;

export const get = (local: number): Code => [0x20, ...leb(local)];
export const set = (local: number): Code => [0x21, ...leb(local)];
export const i32 = (value: number): Code => [0x41, ...signedLeb(value)];
export const i32Add: Code = [0x6a];
export const i32Sub: Code = [0x6b];
export const i32LessUnsigned: Code = [0x49];

/** Vectors of four float32. Loads and stores take the address from the stack and add their offset. */
export const load = access(0x00, 4);
export const loadSplat = access(0x09, 2);
export const store = access(0x0b, 4);
export const splat = (value: number): Code => {
  const bytes = [...new Uint8Array(Float32Array.of(value).buffer)]; // little-endian, as every engine with SIMD is
  return [...simd(0x0c), ...bytes, ...bytes, ...bytes, ...bytes];
};
export const add = simd(0xe4);
export const mul = simd(0xe6);
export const div = simd(0xe7);
export const least = simd(0xe8);
export const most = simd(0xe9);
export const or = simd(0x50);

/** Vectors of two float64. A pair of float32 is loaded into the low half; stores of `store` write all 16 bytes. */
export const loadPair = access(0x5d, 3);
export const storePair = (offset = 0): Code => [...simd(0x5b), 3, ...leb(offset), 0];
export const loadDoubleSplat = access(0x0a, 3);
export const promote = simd(0x5f);
export const demote = simd(0x5e);
export const addDoubles = simd(0xf0);
export const mulDoubles = simd(0xf2);

/** Runs `body`, then again for as long as the number that it leaves isn't 0. */
export const repeat = (...body: Code[]): Code => [0x03, 0x40, ...body.flat(), 0x0d, 0x00, 0x0b];
/** Runs `body` if the number on the stack isn't 0. */
export const when = (...body: Code[]): Code => [0x04, 0x40, ...body.flat(), 0x0b];

/**
 * A module with one exported function "run" of `parameters` i32 numbers and no result, with further locals of `i32s`
 * and `v128s` (in that order), over the memory that it imports as "memory" of "host".
 */
export function moduleOf(
  body: Code, { parameters, i32s, v128s }: { parameters: number; i32s: number; v128s: number },
): Uint8Array<ArrayBuffer> {
  const text = (value: string): Code => [value.length, ...new TextEncoder().encode(value)];
  const section = (id: number, content: Code): Code => [id, ...leb(content.length), ...content];
  const entry = [2, ...leb(i32s), I32, ...leb(v128s), V128, ...body, 0x0b];
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // its name and version
    ...section(1, [1, 0x60, parameters, ...new Array<number>(parameters).fill(I32), 0]),
    ...section(2, [1, ...text("host"), ...text("memory"), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text("run"), 0, 0]),
    ...section(10, [1, ...leb(entry.length), ...entry]),
  ]);
}
