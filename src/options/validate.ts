// Turns what a schema finds wrong into the error that names the option, the rule, the value and the remedy, in the
// words of the form that the reader wrote.
import { DriftfieldError } from "../core/index.ts";
import { type Form, nameIn, namesIn } from "./names.ts";
import type { Field, Fields, Operation, RequestOf } from "./operation.ts";
import { suggestion } from "./suggest.ts";

/**
 * Checks the library form of a request. `form` is where it was written, for the names in errors.
 * Throws DriftfieldError "unknown_option" (with the nearest name) or "invalid_option" (with the rule and the value).
 */
export function validate<F extends Fields>(operation: Operation<F>, input: unknown, form: Form): RequestOf<F> {
  const result = operation.schema.safeParse(input);
  if (!result.success) {
    const [issue] = result.error.issues;
    if (issue.code === "unrecognized_keys") throw unknownOption(operation, issue.keys[0], form);
    const key = String(issue.path[0] ?? "");
    const field = operation.fields[key];
    if (!field) {
      throw new DriftfieldError("invalid_option", `${operation.name} takes one object of options, got ${show(input)}`, {
        received: input,
        expected: "an object",
        hint: `Give an object with ${namesIn(form, operation.fields).slice(0, 4).join(", ")} and so on.`,
      });
    }
    throw invalidOption(operation, key, (input as Record<string, unknown>)[key], form);
  }
  checkTogether(operation, result.data as Record<string, unknown>, form);
  checkConflicts(operation, result.data as Record<string, unknown>, form);
  for (const [key, other] of operation.needs) {
    const { [key]: one, [other]: instead } = result.data as Record<string, unknown>;
    const isMissing = one === undefined || (typeof one === "string" && one.trim() === "");
    if (isMissing && instead === undefined) throw invalidOption(operation, key, one, form);
  }
  return result.data;
}

/** The error for a name that `operation` doesn't know; suggests the nearest ones. */
export function unknownOption(operation: Operation, name: string, form: Form): DriftfieldError {
  const known = namesIn(form, operation.fields);
  const all =
    form === "cli" ? `"driftfield ${operation.name} --help" lists the options.` : `Known are ${known.join(", ")}.`;
  return new DriftfieldError(
    "unknown_option",
    `${operation.name} has no option ${form === "cli" ? name : show(name)}`,
    {
      path: name,
      received: name,
      expected: `one of ${known.join(", ")}`,
      hint: suggestion(name, known) ?? all,
    },
  );
}

/** The error for the value `received` of the option `key`. */
export function invalidOption(operation: Operation, key: string, received: unknown, form: Form): DriftfieldError {
  const field = operation.fields[key];
  const name = nameIn(form, key, field);
  const part = field.joined && form !== "library" ? `: the ${key}` : "";
  const message =
    received === undefined
      ? `${operation.name} needs ${name}: ${field.help}`
      : `${name}${part} must be ${field.kind.rule}, got ${show(received)}`;
  return new DriftfieldError("invalid_option", message, {
    path: name,
    received,
    expected: field.kind.rule,
    hint: remedy(operation, key, field, received, form),
  });
}

function remedy(operation: Operation, key: string, field: Field<unknown>, received: unknown, form: Form): string {
  if (field.kind.names && typeof received === "string") {
    const near = suggestion(received, field.kind.names);
    if (near !== null) return near;
  }
  const name = nameIn(form, key, field);
  const example = field.joined ? "128x128" : field.example;
  if (form === "cli" && field.position) return `Write for example: driftfield ${operation.name} ${example}`;
  const good = form === "cli" ? `${name} ${example}` : `${name}: ${example}`;
  return `Give for example ${good}${field.required ? "" : ", or leave it out"}.`;
}

function checkTogether(operation: Operation, request: Record<string, unknown>, form: Form): void {
  const parts = Object.entries(operation.fields).filter(([, field]) => field.joined);
  const missing = parts.filter(([key]) => request[key] === undefined);
  if (missing.length > 0 && missing.length < parts.length) {
    throw invalidOption(operation, missing[0][0], undefined, form);
  }
}

function checkConflicts(operation: Operation, request: Record<string, unknown>, form: Form): void {
  for (const [one, other] of operation.conflicts) {
    if (request[one] === undefined || request[other] === undefined) continue;
    const [first, second] = [one, other].map((key) => nameIn(form, key, operation.fields[key]));
    throw new DriftfieldError("invalid_option", `${first} and ${second} can't be given together`, {
      path: first,
      received: request[one],
      expected: `no ${second} beside it`,
      hint: `Leave out ${first} or ${second}.`,
    });
  }
}

/** A value as an error shows it: short, and on one line. */
export function show(value: unknown): string {
  const text =
    typeof value === "string" ? JSON.stringify(value) : Array.isArray(value) ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 60)}... (${text.length} characters)` : text;
}
