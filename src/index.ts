// The package's front door.
export { DriftfieldError } from "./core/index.ts";
