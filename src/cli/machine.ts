// What can change the last bits of a picture: processor, system, runtime. Recorded as a hash, so that `verify` knows
// whether to expect the same bits, and a picture doesn't say on whose machine it was made.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, platform } from "node:os";

/** Twelve hexadecimal digits that two pictures share when they were made on machines of one kind. */
export function machineHash(): string {
  const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
  const parts = [platform(), arch(), cpus()[0]?.model ?? "", availableParallelism(), version];
  return createHash("sha256").update(parts.join("|")).digest("hex").slice(0, 12);
}
