// What a training run is at a moment: parameters, moments, their running average, and the step; in memory and on disk.
import { DriftfieldError, sizeOf } from "../core/index.ts";
import {
  bytesSource,
  encodeSafetensors,
  readSafetensorsHeader,
  readTensor,
  type SafetensorsFile,
  type TensorToWrite,
  verifySafetensors,
  withSafetensors,
  writeSafetensors,
} from "../files/index.ts";
import { flatSize, STATE_GROUPS, type Registry, type Slot } from "../nn/index.ts";
import { counterNormal, counterUniform } from "../random/index.ts";

/** All arrays of a run, by "group/name". */
export type Arrays = Map<string, Float32Array>;

export type TrainingState = { step: number; arrays: Arrays };

/** First values: each slot draws from its own stream, so that adding a slot changes no other one. */
export function initialState(registry: Registry, seed: number): TrainingState {
  const arrays: Arrays = new Map();
  let stream = 0;
  for (const [name, slot] of registry) {
    const values = initialValues(slot, seed, stream++);
    arrays.set(`parameter/${name}`, values);
    arrays.set(`ema/${name}`, values.slice());
    arrays.set(`moment1/${name}`, new Float32Array(values.length));
    arrays.set(`moment2/${name}`, new Float32Array(values.length));
  }
  return { step: 0, arrays };
}

function initialValues({ shape, init }: Slot, seed: number, stream: number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (init.kind === "constant") return values.fill(init.value);
  const key = { seed, sample: stream, draw: 0 };
  if (init.kind === "normal") return counterNormal(key, values).map((value) => value * init.scale);
  return counterUniform(key, values).map((value) => (2 * value - 1) * init.scale);
}

/** Arrays of the same sizes, for the other side of the ping-pong. */
export function emptyArrays(arrays: Arrays): Arrays {
  return new Map([...arrays].map(([name, values]) => [name, new Float32Array(values.length)]));
}

/**
 * The same values in one array a group, slots in the registry's order, and `arrays` as parts of those: what a fused
 * training step reads and writes.
 */
export function flattened(arrays: Arrays, registry: Registry): { fed: Arrays; arrays: Arrays } {
  const size = flatSize(registry);
  const fed: Arrays = new Map(STATE_GROUPS.map((group) => [group, new Float32Array(size)]));
  const parts: Arrays = new Map();
  let from = 0;
  for (const [name, { shape }] of registry) {
    const to = from + sizeOf(shape);
    for (const group of STATE_GROUPS) {
      const part = fed.get(group)!.subarray(from, to);
      part.set(arrays.get(`${group}/${name}`)!);
      parts.set(`${group}/${name}`, part);
    }
    from = to;
  }
  return { fed, arrays: parts };
}

/** Writes the whole state, atomically: what is at `path` is readable at any moment. */
export async function saveState(
  path: string,
  state: TrainingState,
  registry: Registry,
  metadata: Record<string, string>,
): Promise<void> {
  await writeSafetensors(path, tensorsOf(state, registry), { ...metadata, step: String(state.step) });
}

/** The same in memory: the bytes that `saveState` would write. */
export async function encodeState(
  state: TrainingState,
  registry: Registry,
  metadata: Record<string, string>,
): Promise<Uint8Array<ArrayBuffer>> {
  return encodeSafetensors(tensorsOf(state, registry), { ...metadata, step: String(state.step) });
}

function tensorsOf(state: TrainingState, registry: Registry): TensorToWrite[] {
  return [...registry].flatMap(([name, { shape }]) =>
    STATE_GROUPS.map((group) => ({ name: `${group}/${name}`, shape, data: state.arrays.get(`${group}/${name}`)! })),
  );
}

/** Reads a state that `saveState` wrote. Throws where it belongs to another model. */
export async function loadState(path: string, registry: Registry): Promise<TrainingState> {
  return withSafetensors(path, (file) => readState(file, path, registry));
}

/** Reads a state from the bytes of `encodeState`. Throws where it belongs to another model. */
export async function stateFrom(bytes: Uint8Array, registry: Registry): Promise<TrainingState> {
  const file = await readSafetensorsHeader(bytesSource(bytes, "the checkpoint"));
  await verifySafetensors(file);
  return readState(file, "the checkpoint", registry);
}

async function readState(file: SafetensorsFile, path: string, registry: Registry): Promise<TrainingState> {
  const arrays: Arrays = new Map();
  for (const [name, { shape }] of registry) {
    for (const group of STATE_GROUPS)
      arrays.set(`${group}/${name}`, await readSlot(file, path, `${group}/${name}`, shape));
  }
  const step = Number(file.metadata["step"]);
  if (!Number.isSafeInteger(step) || step < 0) {
    throw new DriftfieldError("invalid_file", `${path} doesn't say at which step it was saved`, {
      path,
      hint: "start the run anew",
    });
  }
  return { step, arrays };
}

/** The step of the checkpoint at `path`; undefined where there is none that can be read. */
export async function checkpointStep(path: string): Promise<number | undefined> {
  return withSafetensors(path, async ({ metadata }) => Number(metadata["step"])).catch(() => undefined);
}

/** A state that starts from published weights alone (EMA becomes parameters; moments start at zero). */
export async function stateFromWeights(path: string, registry: Registry): Promise<TrainingState> {
  return withSafetensors(path, async (file) => {
    const arrays: Arrays = new Map();
    for (const [name, { shape }] of registry) {
      const values = await readSlot(file, path, name, shape);
      arrays.set(`parameter/${name}`, values);
      arrays.set(`ema/${name}`, values.slice());
      arrays.set(`moment1/${name}`, new Float32Array(values.length));
      arrays.set(`moment2/${name}`, new Float32Array(values.length));
    }
    return { step: 0, arrays };
  });
}

/** Writes the EMA weights alone, in half precision: what ships. */
export async function exportWeights(
  path: string,
  state: TrainingState,
  registry: Registry,
  metadata: Record<string, string>,
): Promise<void> {
  const tensors = [...registry].map(([name, { shape }]) => ({
    name,
    shape,
    data: state.arrays.get(`ema/${name}`)!,
    dtype: "F16" as const,
  }));
  await writeSafetensors(path, tensors, metadata);
}

async function readSlot(
  file: SafetensorsFile,
  path: string,
  name: string,
  shape: readonly number[],
): Promise<Float32Array> {
  const entry = file.tensors.get(name);
  if (entry === undefined || String(entry.shape) !== String(shape)) {
    throw new DriftfieldError(
      "shape_mismatch",
      `${path} is of another model: ${name} is ${entry ? `[${entry.shape}]` : "missing"}`,
      {
        path: name,
        expected: `[${shape}]`,
        received: entry ? `[${entry.shape}]` : "nothing",
        hint: "leave --resume out, name the run that it belongs to, or (emoji) give the --size it was trained with",
      },
    );
  }
  return (await readTensor(file, name)).data;
}
