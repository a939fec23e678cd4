// SHA-256 in Node and in the browser: what tells whether a stored model's numbers are still the ones written.
import { DriftfieldError } from "../core/index.ts";
import { nodeModuleIfAny } from "./node.ts";

/** SHA-256 of the concatenated `parts`, as 64 lower-case hexadecimal digits. */
export async function sha256(parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<string> {
  const crypto = nodeModuleIfAny("node:crypto");
  if (crypto !== undefined) {
    const hash = crypto.createHash("sha256");
    for await (const part of parts) hash.update(part);
    return hash.digest("hex");
  }
  if (globalThis.crypto?.subtle === undefined) {
    throw new DriftfieldError("unsupported", "this page can't compute SHA-256", {
      received: "a page without crypto.subtle",
      hint: "Serve the page over https or from localhost.",
    });
  }
  const blobParts: Uint8Array<ArrayBuffer>[] = []; // the browser's digest takes the whole at once
  for await (const part of parts) blobParts.push(part as Uint8Array<ArrayBuffer>);
  const digest = await globalThis.crypto.subtle.digest("SHA-256", await new Blob(blobParts).arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
