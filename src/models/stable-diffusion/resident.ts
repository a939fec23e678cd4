// A component of a published pipeline before it is loaded: its weights looked at and checked, by their headers alone.
import { throwIfAborted } from "../../core/index.ts";
import { type ModelFolder, openComponentWeights, subFolder } from "../../files/index.ts";
import { checkComponent } from "../expected.ts";
import { checkRoom, weightBytes } from "../memory.ts";
import type { LoadOptions } from "../text-to-image.ts";
import type { ModelIndex } from "./index-file.ts";
import type { Resident } from "./residence.ts";

/**
 * The component `name` of `folder`, to be loaded by `load` when it is needed, with the hash of its weights.
 * @throws DriftfieldError where its weights are missing, damaged, of another model or too large to hold
 */
export async function openResident<T extends { dispose(): Promise<void> }>(
  folder: ModelFolder,
  { components }: ModelIndex,
  name: string,
  load: (place: ModelFolder) => Promise<T>,
  { backend, variant, signal, onProgress }: LoadOptions,
): Promise<Resident<T> & { hash: string }> {
  const place = subFolder(folder, name);
  const weights = await openComponentWeights(folder, name, variant);
  try {
    await checkComponent(place, components.get(name) ?? "", weights);
    const bytes = weightBytes(weights);
    checkRoom(name, bytes, backend);
    const start = () => {
      throwIfAborted(signal);
      onProgress?.({ type: "load", component: name, fraction: null });
      return load(place);
    };
    return { name, bytes: bytes.loaded, hash: await weights.hash(), load: start };
  } finally {
    await weights.close();
  }
}
