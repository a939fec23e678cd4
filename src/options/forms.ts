// A request in its other forms: JSON (snake_case), command line arguments, a link. Each direction undoes the other.
import { DriftfieldError } from "../core/index.ts";
import { flagName, type Form, nameIn, wireName } from "./names.ts";
import type { Field, Fields, Operation, RequestOf } from "./operation.ts";
import { show, unknownOption, validate } from "./validate.ts";

type Values = Record<string, unknown>;

/** The request as JSON: snake_case names, `size` as "WxH". */
export function toWire<F extends Fields>(operation: Operation<F>, request: RequestOf<F>): Values {
  const wire: Values = {};
  for (const [key, field] of given(operation, request)) {
    wire[wireName(key, field)] = field.joined ? sizeText(request) : (request as Values)[key];
  }
  return wire;
}

/** Reads and checks the JSON form. Throws as `validate` does, with the wire's names. */
export function fromWire<F extends Fields>(operation: Operation<F>, wire: unknown): RequestOf<F> {
  if (wire === null || typeof wire !== "object" || Array.isArray(wire)) return validate(operation, wire, "wire");
  const request: Values = {};
  for (const [name, value] of Object.entries(wire)) {
    place(operation, request, name, value, "wire", (_, json) => json);
  }
  return validate(operation, request, "wire");
}

/** The request as command line arguments (unquoted), those without a flag first unless one starts with a dash. */
export function toArgv<F extends Fields>(operation: Operation<F>, request: RequestOf<F>): string[] {
  const positions: string[] = [];
  const flags: string[] = [];
  for (const [key, field] of given(operation, request)) {
    const value = (request as Values)[key];
    if (field.position) {
      positions.push(...(field.position === "many" ? (value as unknown[]).map(String) : [field.kind.write(value)]));
      continue;
    }
    const flag = `--${flagName(key, field)}`;
    if (field.kind.placeholder === null) {
      if (value === true) flags.push(flag);
      continue;
    }
    const text = field.joined ? sizeText(request) : field.kind.write(value);
    flags.push(...(text.startsWith("-") ? [`${flag}=${text}`] : [flag, text]));
  }
  return positions.some((text) => text.startsWith("-")) ? [...flags, "--", ...positions] : [...positions, ...flags];
}

/** Flags by long name, as the command line held them: every text that was given, or true for one without a value. */
export type Flags = Readonly<Record<string, readonly string[] | true>>;

/** Reads flags and the arguments without a flag. Throws as `validate` does, and for an option given twice. */
export function fromFlags<F extends Fields>(
  operation: Operation<F>,
  flags: Flags,
  positions: readonly string[] = [],
): RequestOf<F> {
  const request: Values = {};
  for (const [name, texts] of Object.entries(flags)) {
    place(operation, request, name, texts, "cli", (field) => readTexts(`--${name}`, field, texts));
  }
  for (const [key, field] of Object.entries(operation.fields)) {
    if (field.position === "one" && positions.length > 0) request[key] = field.kind.read(positions[0]);
    if (field.position === "many" && positions.length > 0) request[key] = [...positions];
  }
  return validate(operation, request, "cli");
}

/** The value of one flag: lists join what several of them say, anything else may be said once. */
function readTexts(flag: string, field: Field<unknown>, texts: readonly string[] | true): unknown {
  if (texts === true) return true;
  if (field.kind.several) return texts.flatMap((text) => field.kind.read(text));
  if (texts.length === 1) return field.kind.read(texts[0]);
  throw new DriftfieldError("invalid_option", `${flag} must be given once, got ${texts.join(" and ")}`, {
    path: flag,
    received: texts,
    expected: "one value",
    hint: `Leave out all but one ${flag}.`,
  });
}

/** The request as the query of a link: "?prompt=a+cat&seed=7". */
export function toLink<F extends Fields>(operation: Operation<F>, request: RequestOf<F>): string {
  const query = new URLSearchParams();
  for (const [key, field] of given(operation, request)) {
    const value = (request as Values)[key];
    query.set(wireName(key, field), field.joined ? sizeText(request) : field.kind.write(value));
  }
  return `?${query}`;
}

/** Reads and checks the query of a link. Throws as `validate` does, with the wire's names. */
export function fromLink<F extends Fields>(operation: Operation<F>, link: string): RequestOf<F> {
  const request: Values = {};
  for (const [name, value] of new URLSearchParams(link)) {
    place(operation, request, name, value, "wire", (field, text) => field.kind.read(String(text)));
  }
  return validate(operation, request, "wire");
}

/** The options that `request` gives, `size` once (under the name of its first part). */
function* given(operation: Operation, request: object): Generator<[string, Field<unknown>]> {
  let joined = false;
  for (const [key, field] of Object.entries(operation.fields)) {
    if ((request as Values)[key] === undefined || (field.joined && joined)) continue;
    joined ||= field.joined !== undefined;
    yield [key, field];
  }
}

/** Puts the value that stands under an outside `name` where the library form has it. */
function place(
  operation: Operation,
  request: Values,
  name: string,
  value: unknown,
  form: Exclude<Form, "library">,
  read: (field: Field<unknown>, value: unknown) => unknown,
): void {
  const outside = form === "wire" ? wireName : flagName;
  const fields = Object.entries(operation.fields).filter(
    ([key, field]) => outside(key, field) === name && !(form === "cli" && field.position),
  );
  if (fields.length === 0) throw unknownOption(operation, form === "cli" ? `--${name}` : name, form);
  if (!fields[0][1].joined) {
    request[fields[0][0]] = read(fields[0][1], value);
    return;
  }
  const [text, ...more] = form === "cli" ? (value as string[]) : [value];
  const match = more.length === 0 ? /^(\d{1,6})x(\d{1,6})$/.exec(String(text)) : null;
  if (!match) throw badSize(nameIn(form, ...fields[0]), form === "cli" ? (value as string[]).join(" and ") : value);
  request.width = Number(match[1]);
  request.height = Number(match[2]);
}

function sizeText(request: object): string {
  const { width, height } = request as { width?: number; height?: number };
  return `${width}x${height}`;
}

function badSize(name: string, received: unknown): DriftfieldError {
  const expected = "WIDTHxHEIGHT in pixels";
  return new DriftfieldError("invalid_option", `${name} must be ${expected}, got ${show(received)}`, {
    path: name,
    received,
    expected,
    hint: `Give for example ${name} 128x128, or leave it out.`,
  });
}
