// The harness itself: onnxruntime-web with threads, in a real Chromium.
import { join } from "node:path";
import { itInChromium } from "./run-in-chromium.ts";

await itInChromium(join(import.meta.dirname, "entries", "threads.ts"));
