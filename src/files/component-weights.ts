// A component's tensors, from however many files, found by name; and what identifies them.
import { DriftfieldError } from "../core/index.ts";
import type { ModelFolder } from "./folder.ts";
import { readSafetensorsHeader, type SafetensorsFile, verifySafetensors } from "./safetensors.ts";
import type { SafetensorsEntry } from "./safetensors-header.ts";
import { sha256 } from "./sha256.ts";
import type { ByteSource } from "./source.ts";
import { findWeightFiles } from "./weight-files.ts";

/** A tensor and the file that it lies in. */
export type PlacedTensor = { readonly file: SafetensorsFile; readonly entry: SafetensorsEntry };

export type ComponentWeights = {
  /** What errors call it. */
  readonly name: string;
  /** All tensors of all files. */
  readonly tensors: ReadonlyMap<string, PlacedTensor>;
  /** The variant that the files are: "" for the plain one. */
  readonly variant: string;
  /** What tells these weights from others: see `fingerprint`. */
  hash(): Promise<string>;
  close(): Promise<void>;
};

/**
 * Opens a component's weights; checksums, where the files carry them, are compared. The caller closes it.
 * @throws DriftfieldError as `findWeightFiles` does; "invalid_file" for damaged files, or a tensor that two files hold
 */
export async function openComponentWeights(
  folder: ModelFolder,
  component: string,
  variant?: string,
): Promise<ComponentWeights> {
  const found = await findWeightFiles(folder, component, variant);
  const name = component === "" ? folder.name : `${folder.name}/${component}`;
  return openFiles(name, found.variant, found.files.map((file) => () => folder.open(file)));
}

/** Opens one file's tensors in the same form. */
export function openWeightFile(name: string, open: () => Promise<ByteSource>): Promise<ComponentWeights> {
  return openFiles(name, "", [open]);
}

async function openFiles(
  name: string,
  variant: string,
  opening: readonly (() => Promise<ByteSource>)[],
): Promise<ComponentWeights> {
  const sources: ByteSource[] = [];
  const close = async () => void (await Promise.all(sources.map((source) => source.close())));
  try {
    const files: SafetensorsFile[] = [];
    const tensors = new Map<string, PlacedTensor>();
    for (const open of opening) {
      const source = await open();
      sources.push(source);
      const file = await readSafetensorsHeader(source);
      await verifySafetensors(file);
      files.push(file);
      for (const [tensor, entry] of file.tensors) {
        const other = tensors.get(tensor)?.file.source.name;
        if (other !== undefined) throw twice(tensor, other, source.name);
        tensors.set(tensor, { file, entry });
      }
    }
    return { name, variant, tensors, hash: () => fingerprint(files), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function twice(tensor: string, one: string, other: string): DriftfieldError {
  return new DriftfieldError("invalid_file", `the tensor ${tensor} lies in ${one} and in ${other}`, {
    path: tensor,
    received: "two of them",
    expected: "every tensor once",
    hint: "Remove the files that don't belong to this model, or download it again.",
  });
}

const [SAMPLES, SAMPLE_BYTES] = [64, 4096];

/**
 * The checksums that our own files carry; for others' (gigabytes that nobody wants to wait for), SHA-256 of each file's
 * size, header and 64 evenly spread samples of 4 KiB. It tells models apart; it isn't meant to find a flipped bit.
 */
async function fingerprint(files: readonly SafetensorsFile[]): Promise<string> {
  const each = await Promise.all(
    files.map((file) => file.metadata["sha256"] ?? sha256(samplesOf(file.source, file.dataOffset))),
  );
  return each.length === 1 ? each[0] : sha256([new TextEncoder().encode(each.toSorted().join("\n"))]);
}

async function* samplesOf(source: ByteSource, dataOffset: number): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(String(source.size));
  yield await source.read(0, dataOffset);
  const length = Math.min(SAMPLE_BYTES, source.size - dataOffset);
  const room = source.size - dataOffset - length;
  for (let i = 0; i < SAMPLES; i++) {
    yield await source.read(dataOffset + Math.floor((room * i) / (SAMPLES - 1)), length);
  }
}
