// The engine's suite on onnxruntime-web, in a real Chromium.
import { join } from "node:path";
import { describe } from "vitest";
import { itInChromium } from "../browser/run-in-chromium.ts";

describe("the engine on wasm in Chromium", async () => {
  await itInChromium(join(import.meta.dirname, "page.ts"));
});
