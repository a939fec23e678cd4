// How an error reads on a terminal: what is wrong on one line, what to do on the next; and the exit status it gives.
import { DriftfieldError, type ErrorCode } from "../core/index.ts";

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

const usage: readonly ErrorCode[] = ["invalid_option", "unknown_option"];

/** The exit status for whatever was thrown. */
export function exitStatus(error: unknown): number {
  if (!(error instanceof DriftfieldError)) return EXIT.failed;
  if (error.code === "aborted") return EXIT.interrupted;
  // A model that nobody knows is a wrong value of --model, as an unknown sampler is one of --sampler.
  const isUsage = usage.includes(error.code) || (error.code === "not_found" && error.path === "model");
  return isUsage ? EXIT.usage : EXIT.failed;
}

/** Two lines: "error: ..." and "hint: ..." (one, "interrupted", for a run that was stopped). */
export function formatError(error: unknown): string {
  if (error instanceof DriftfieldError) {
    if (error.code === "aborted") return "interrupted";
    const hint = error.hint ?? "Run the command with --help to see what it takes.";
    return `error: ${oneLine(error.message)}\nhint: ${oneLine(hint)}`;
  }
  const message = error instanceof Error ? error.message : String(error);
  const hint = "This is a fault in Driftfield. DRIFTFIELD_DEBUG=1 prints where it happened; please report it.";
  const stack = process.env.DRIFTFIELD_DEBUG && error instanceof Error ? `\n${error.stack}` : "";
  return `error: ${oneLine(message)}\nhint: ${hint}${stack}`;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}
