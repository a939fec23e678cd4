// What chromium.test.ts loads into its page.
import { webBackend } from "../../src/runtime/index.ts";
import type { Verdict } from "../verdict.ts";
import { runEngineSuite } from "./suite.ts";

export function run(): Promise<Verdict[]> {
  return runEngineSuite(webBackend("wasm"), { runs: 1, threads: 2 });
}
