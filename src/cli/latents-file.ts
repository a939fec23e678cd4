// The latents of a walk as a file: to start from them elsewhere, or to compare every step with a reference.
import { DriftfieldError, type Tensor } from "../core/index.ts";
import { fileSource, readSafetensorsHeader, readTensor, sha256, writeSafetensors } from "../files/index.ts";
import type { PictureStep } from "../pipelines/index.ts";

/**
 * Reads the tensor named `initial` of a safetensors file.
 * @throws DriftfieldError "not_found" for a missing file or tensor, "invalid_file" for one that isn't safetensors
 */
export async function readLatents(path: string): Promise<Tensor> {
  const source = await fileSource(path);
  try {
    return await readTensor(await readSafetensorsHeader(source), "initial");
  } finally {
    await source.close();
  }
}

/** Throws DriftfieldError "shape_mismatch" unless `latents` are what the model in question starts from. */
export function checkLatents(latents: Tensor, latentShape: readonly number[], path: string): void {
  const expected = [1, ...latentShape];
  if (latents.shape.join() === expected.join()) return;
  throw new DriftfieldError(
    "shape_mismatch",
    `the latents in ${path} have shape [${latents.shape}], not [${expected}]`,
    {
      path: "--latents",
      received: latents.shape,
      expected: `[${expected}]`,
      hint: "Give a file that --save-latents wrote with the same model.",
    },
  );
}

/** sha256 of the latents' bytes: what metadata records of a start that isn't the seed's. */
export function latentsHash({ data }: Tensor): Promise<string> {
  return sha256([new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
}

/** Collects one walk: `onStep` for the pipeline, `write` for its end. */
export function latentsRecorder(): {
  onStep(step: PictureStep): void;
  write(path: string, promptEmbeds: Tensor | undefined): Promise<void>;
} {
  const tensors: { name: string; shape: readonly number[]; data: Float32Array }[] = [];
  let last: Tensor | undefined;
  const add = (name: string, { shape, data }: Tensor) => tensors.push({ name, shape, data: data.slice() });
  return {
    onStep({ index, x, next }) {
      if (index === 0) add("initial", x);
      add(`step_${index}`, next);
      last = next;
    },
    async write(path, promptEmbeds) {
      if (last) add("final", last);
      if (promptEmbeds) add("prompt_embeds", promptEmbeds);
      await writeSafetensors(path, tensors);
    },
  };
}
