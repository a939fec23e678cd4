// The engine's test suite as plain TypeScript: it runs wherever the engine runs, a page included.
export { checkGradients, type Verdict } from "./gradients.ts";
export type { Golden } from "./golden.ts";
export type { SuiteBackend } from "./backend.ts";
export type { OpCase } from "./case.ts";
export { opCases, runSuite, type SuiteOptions } from "./run.ts";
