// evaluation: judges, distances, and the figures of the shipped models. Runs in Node.
export { evaluate, measureNames, type EvaluateRequest, type Outcome } from "./evaluate.ts";
export { claims, measureClaims, type MeasuredClaim } from "./claims/index.ts";
export type { Claim, Finding } from "./claims/claim.ts";
