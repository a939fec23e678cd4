// Opens a safetensors file for as long as it is read, and closes it however that ends.
import { fileSource } from "./file-source.ts";
import { readSafetensorsHeader, type SafetensorsFile, verifySafetensors } from "./safetensors.ts";

/**
 * Gives what `use` makes of the file at `path`, whose checksum (where it has one) was compared. Node only.
 * @throws DriftfieldError "not_found", "invalid_file", and whatever `use` throws
 */
export async function withSafetensors<T>(path: string, use: (file: SafetensorsFile) => Promise<T>): Promise<T> {
  const source = await fileSource(path);
  try {
    const file = await readSafetensorsHeader(source);
    await verifySafetensors(file);
    return await use(file);
  } finally {
    await source.close();
  }
}
