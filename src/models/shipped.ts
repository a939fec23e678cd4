// Where the models that ship with the package lie.
import { fileURLToPath } from "node:url";

/** The package's models/ folder, from src/models or dist/models alike. */
export const shippedFolder: string = fileURLToPath(new URL("../../models", import.meta.url));
