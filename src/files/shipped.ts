// Where the models that ship with the package lie.
import { nodeModule } from "./node.ts";

/** The package's models/ folder, from src/files or dist/files alike. Node only. */
export function shippedFolder(): string {
  const { dirname, join } = nodeModule("node:path", "finding the shipped models");
  const { fileURLToPath } = nodeModule("node:url", "finding the shipped models");
  return join(dirname(fileURLToPath(import.meta.url)), "..", "..", "models");
}
