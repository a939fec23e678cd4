// The engine's suite on onnxruntime-web in Node: the kernels of a page, without the page.
import { webBackend } from "../../src/runtime/index.ts";
import { declareSuite } from "./suite.ts";

await declareSuite(webBackend("wasm"), { runs: 1, threads: 1 });
