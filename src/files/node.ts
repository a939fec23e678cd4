// Node's own modules, asked for when they are needed, so that a bundle for the browser holds no import of them.
import { DriftfieldError } from "../core/index.ts";

type NodeModules = {
  "node:crypto": typeof import("node:crypto");
  "node:fs/promises": typeof import("node:fs/promises");
  "node:path": typeof import("node:path");
  "node:url": typeof import("node:url");
};

/** Node's module `name`, or undefined in a browser. */
export function nodeModuleIfAny<K extends keyof NodeModules>(name: K): NodeModules[K] | undefined {
  const found: unknown = globalThis.process?.getBuiltinModule?.(name);
  return found as NodeModules[K] | undefined;
}

/** Node's module `name`. Throws DriftfieldError "unsupported" in a browser, naming `purpose`. */
export function nodeModule<K extends keyof NodeModules>(name: K, purpose: string): NodeModules[K] {
  const found = nodeModuleIfAny(name);
  if (found !== undefined) return found;
  throw new DriftfieldError("unsupported", `${purpose} needs Node`, {
    received: "a runtime without Node's modules",
    hint: "In a browser, read from a Blob, a URL or bytes in memory instead.",
  });
}

/** The code of a failed system call ("ENOENT" ...), or undefined. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
