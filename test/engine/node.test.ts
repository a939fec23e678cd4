// The engine's suite on onnxruntime-node: what trains and draws in Node.
import { nodeBackend } from "../../src/runtime/index.ts";
import { declareSuite } from "./suite.ts";

await declareSuite(await nodeBackend(), { runs: 3, threads: 2 });
