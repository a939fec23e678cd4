// evaluation: judges, distances, and the figures of the shipped models. Runs in Node.
export { evaluate, measureNames, type EvaluateRequest, type Outcome } from "./evaluate.ts";
