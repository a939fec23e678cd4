// Builds the studio once before the tests in a browser: files that did so side by side would swap it under each other.
import { studioFolder } from "../src/server/index.ts";

/** vitest's global set-up. */
export default async function buildStudio(): Promise<void> {
  await studioFolder();
}
