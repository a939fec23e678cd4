// The columns of a run's batches as files: every step's numbers one after the other, deflated.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { throwIfAborted } from "../core/index.ts";
import { writeFileAtomic } from "../files/index.ts";
import type { Columns } from "./recipe.ts";

type Numbers = Int32Array | Float32Array | Uint8Array | Uint16Array;

export type ColumnFile = { file: string; steps: number; sha256: string };
/** One column: `width` numbers a sample. */
export type ColumnIndex = { dtype: "uint8" | "uint16" | "int32" | "float32"; width: number; files: ColumnFile[] };

const STEPS_A_FILE = 1 << 24; // bytes of one file before it is deflated, at most

/** The narrowest array that holds the numbers. */
function narrow(values: Int32Array | Float32Array): Numbers {
  if (values instanceof Float32Array) return values;
  let [least, most] = [0, 0];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  if (least < 0 || most > 0xffff) return values;
  return most > 0xff ? Uint16Array.from(values) : Uint8Array.from(values);
}

const nameOf = (values: Numbers): ColumnIndex["dtype"] =>
  values instanceof Float32Array
    ? "float32"
    : values instanceof Int32Array
      ? "int32"
      : values instanceof Uint16Array
        ? "uint16"
        : "uint8";

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Writes one deflated file and says its checksum. */
export async function writeDeflated(folder: string, file: string, values: Numbers): Promise<string> {
  const bytes = deflateSync(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), { level: 6 });
  await writeFileAtomic(join(folder, file), bytes);
  return sha256(bytes);
}

/** Writes the columns of steps 0 to `steps` - 1 into `folder`; `rows` samples a step. */
export async function writeColumns(
  folder: string,
  { choose, steps, rows, signal }: { choose(step: number): Columns; steps: number; rows: number; signal?: AbortSignal },
): Promise<Record<string, ColumnIndex>> {
  const first = choose(0);
  const widest = Math.max(...Object.values(first).map(({ length }) => length * 4));
  const stepsAFile = Math.max(1, Math.min(steps, Math.floor(STEPS_A_FILE / widest)));
  const parts: Record<string, { values: Numbers; steps: number }[]> = {};
  for (let start = 0; start < steps; start += stepsAFile) {
    const count = Math.min(stepsAFile, steps - start);
    const joined = Object.fromEntries(
      Object.entries(first).map(([name, { length, constructor }]) => {
        const Kind = constructor as new (size: number) => Int32Array | Float32Array;
        return [name, new Kind(length * count)];
      }),
    );
    for (let i = 0; i < count; i++) {
      throwIfAborted(signal);
      for (const [name, values] of Object.entries(choose(start + i))) joined[name].set(values, i * values.length);
    }
    for (const [name, values] of Object.entries(joined)) {
      (parts[name] ??= []).push({ values: narrow(values), steps: count });
    }
  }
  const index: Record<string, ColumnIndex> = {};
  for (const [name, pieces] of Object.entries(parts)) {
    const widestPiece = pieces.reduce((a, b) => (b.values.BYTES_PER_ELEMENT > a.values.BYTES_PER_ELEMENT ? b : a));
    const Kind = widestPiece.values.constructor as unknown as { from(values: Numbers): Numbers };
    const files: ColumnFile[] = [];
    for (const [i, piece] of pieces.entries()) {
      const file = `columns/${name}-${String(i).padStart(3, "0")}.z`;
      files.push({ file, steps: piece.steps, sha256: await writeDeflated(folder, file, Kind.from(piece.values)) });
    }
    index[name] = { dtype: nameOf(widestPiece.values), width: first[name].length / rows, files };
  }
  return index;
}
