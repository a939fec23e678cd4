// The engine's suite on onnxruntime-node: what trains and draws in Node.
import { describe } from "vitest";
import { nodeBackend } from "../../src/runtime/index.ts";
import { itHolds } from "../verdict.ts";
import { runEngineSuite } from "./suite.ts";

describe("the engine on onnxruntime-node", async () => {
  itHolds(await runEngineSuite(await nodeBackend(), { runs: 3, threads: 2 }));
});
