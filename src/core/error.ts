// The one error type: what is wrong (option, rule, value) and what to do, in a form that the command line, HTTP and
// the studio format alike.

export type ErrorCode =
  | "invalid_option" // a value breaks its rule
  | "unknown_option" // a name nobody knows
  | "not_found" // a file, model or component is missing
  | "invalid_file" // a file's bytes aren't what they claim to be
  | "shape_mismatch" // a graph or weights don't fit
  | "not_writable" // a result can't be stored
  | "not_finite" // NaN or infinity where a number was needed
  | "unsupported" // known, and not done here
  | "mismatch" // verification found something else
  | "aborted"; // the caller's signal

export type ErrorDetails = {
  /** The option, tensor or file at fault. */
  path?: string;
  /** What was given, as text. */
  received?: unknown;
  /** The rule. */
  expected?: string;
  /** What to do about it: one sentence. */
  hint?: string;
  cause?: unknown;
};

/** What Driftfield throws for anything that a caller could mend. `message` says what is wrong, `hint` what to do. */
export class DriftfieldError extends Error {
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly received: unknown;
  readonly expected: string | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "DriftfieldError";
    this.code = code;
    this.path = details.path;
    this.received = details.received;
    this.expected = details.expected;
    this.hint = details.hint;
  }
}

/** Throws the error for an aborted `signal` (code "aborted"), and nothing when it isn't. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DriftfieldError("aborted", "stopped on request", { cause: signal.reason });
}
