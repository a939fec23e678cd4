// The engine's suite on onnxruntime-web in Node: the kernels of a page, without the page.
import { describe } from "vitest";
import { webBackend } from "../../src/runtime/index.ts";
import { itHolds } from "../verdict.ts";
import { runEngineSuite } from "./suite.ts";

describe("the engine on wasm in Node", async () => {
  itHolds(await runEngineSuite(webBackend("wasm"), { runs: 1, threads: 1 }));
});
