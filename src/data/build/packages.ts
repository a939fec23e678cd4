// The art lives in packages that only building needs; they are found in datasets/node_modules when asked for.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DriftfieldError } from "../../core/index.ts";

const INSTALL = "npm ci --prefix datasets";

/** The `datasets` folder of this checkout, or of the package that the code runs from. */
export function datasetsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "datasets", "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) {
      throw new DriftfieldError("not_found", "the folder datasets/ with the art's package.json is missing", {
        path: "datasets/package.json",
        hint: "build data sets from a clone of the repository",
      });
    }
    folder = parent;
  }
  return join(folder, "datasets");
}

/** True when the packages that building needs are installed. */
export function packagesInstalled(): boolean {
  try {
    return existsSync(join(datasetsFolder(), "node_modules", "@resvg", "resvg-js"));
  } catch {
    return false;
  }
}

function missing(name: string, cause?: unknown): DriftfieldError {
  return new DriftfieldError("not_found", `the package ${name} that this data set is built from isn't installed`, {
    path: name,
    hint: `run \`${INSTALL}\``,
    cause,
  });
}

/** Loads a CommonJS or JSON module of a package in datasets/. Throws `not_found` with the install command. */
export function requirePackage<T>(specifier: string): T {
  try {
    return createRequire(join(datasetsFolder(), "package.json"))(specifier) as T;
  } catch (cause) {
    if (cause instanceof DriftfieldError) throw cause;
    throw missing(specifier, cause);
  }
}

/** Loads an ES module of a package in datasets/, by its file inside node_modules. */
export async function importPackage<T>(file: string): Promise<T> {
  return (await import(packageFile(file))) as T;
}

/** The path of a file inside datasets/node_modules. Throws `not_found` with the install command. */
export function packageFile(file: string): string {
  const path = join(datasetsFolder(), "node_modules", file);
  if (!existsSync(path)) throw missing(file);
  return path;
}
