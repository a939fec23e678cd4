// What kinds of value an option takes: each says its rule once, and the schema, the help text, the error and the
// reading from and writing to text all follow from it.
import { z } from "zod";

/** A kind of value. `read` turns text into a value that `schema` then judges; `write` is its inverse. */
export type Kind<T> = {
  readonly schema: z.ZodType<T>;
  /** The rule as it reads after "must be": "a whole number from 1 to 1000". */
  readonly rule: string;
  /** What stands after the flag in the help; null for a flag without a value. */
  readonly placeholder: string | null;
  /** The names to choose from, where there is a list of them. */
  readonly names?: readonly string[];
  /** Whether the value is a list, so that a flag may be there several times. */
  readonly several?: boolean;
  read(text: string): unknown;
  write(value: T): string;
};

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Text to number; text that isn't a decimal number stays text, so that the error can show it. */
function readNumber(text: string): unknown {
  return decimal.test(text.trim()) ? Number(text) : text;
}

/** A whole number from `min` to `max`, both included. */
export function integer(min: number, max: number): Kind<number> {
  const rule = `a whole number from ${min} to ${max}`;
  return { schema: z.int().min(min).max(max), rule, placeholder: "<integer>", read: readNumber, write: String };
}

/** A finite number from `min` to `max`, both included. */
export function number(min: number, max: number): Kind<number> {
  const rule = `a finite number from ${min} to ${max}`;
  return { schema: z.number().min(min).max(max), rule, placeholder: "<number>", read: readNumber, write: String };
}

const BINARY = { kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };
const UNITS: Readonly<Record<string, number>> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9, ...BINARY };

/** An amount of memory in bytes; as text with a unit, "4GB". */
export function memory(): Kind<number> {
  return {
    schema: z.number().min(1e6).max(1e15),
    rule: "an amount of memory of at least 1MB, like 4GB or 800MB",
    placeholder: "<amount>",
    read(given) {
      const [, amount, unit = "b"] = /^\s*([\d.]+)\s*([a-z]*)\s*$/i.exec(given) ?? [];
      const bytes = Number(amount) * (UNITS[(unit || "b").toLowerCase()] ?? NaN);
      return Number.isFinite(bytes) ? bytes : given;
    },
    write: (bytes) => (bytes % 1e6 === 0 ? `${bytes / 1e6}MB` : String(bytes)),
  };
}

/** Text of at most a million characters; empty (or blank) text only where `blank` says so. */
export function text({ blank = false, placeholder = "<text>" } = {}): Kind<string> {
  const schema = z.string().max(1_000_000);
  return {
    schema: blank ? schema : schema.refine((value) => value.trim() !== ""),
    rule: blank ? "text" : "text that isn't empty",
    placeholder,
    read: (given) => given,
    write: (value) => value,
  };
}

/** One of `names`. */
export function choice<const N extends string>(names: readonly N[]): Kind<N> {
  return {
    schema: z.enum(names),
    rule: `one of ${names.join(", ")}`,
    placeholder: "<name>",
    names,
    read: (given) => given,
    write: (value) => value,
  };
}

/** Yes when the flag is there. */
export function toggle(): Kind<boolean> {
  return {
    schema: z.boolean(),
    rule: "true or false",
    placeholder: null,
    read: (given) => (given === "true" ? true : given === "false" ? false : given),
    write: String,
  };
}

/** Several values of one kind, separated by commas where text holds them (`split: false`: one text, one value). */
export function list<T>(kind: Kind<T>, { min = 1, max = 1000, split = true } = {}): Kind<T[]> {
  return {
    schema: z.array(kind.schema).min(min).max(max),
    rule: `${min} to ${max} values${split ? " with commas between them" : ""}, each ${kind.rule}`,
    placeholder: kind.placeholder === null ? null : split ? `${kind.placeholder},...` : kind.placeholder,
    names: kind.names,
    several: true,
    read: (given) => (split ? given.split(",").map((part) => kind.read(part.trim())) : [kind.read(given)]),
    write: (values) => values.map((value) => kind.write(value)).join(","),
  };
}

/** Text without commas, so that a list of them can be written with commas between. */
export function label(): Kind<string> {
  const schema = z.string().regex(/^[^\s,]([^,]*[^\s,])?$/);
  return { ...text(), schema, rule: "text without commas, not empty" };
}

/** Whole numbers and ranges of them: "0-15,100". At most `most` numbers in all. */
export function ranges(min: number, max: number, most: number): Kind<number[]> {
  return {
    schema: z.array(z.int().min(min).max(max)).min(1).max(most),
    rule: `whole numbers from ${min} to ${max} and ranges like 0-15, at most ${most} numbers in all`,
    placeholder: "<list>",
    read: (given) => readRanges(given, most),
    write: writeRanges,
  };
}

function readRanges(given: string, most: number): unknown {
  const numbers: number[] = [];
  for (const part of given.split(",")) {
    const match = /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(part);
    if (!match) return given;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first || numbers.length + last - first >= most) return given;
    for (let value = first; value <= last; value++) numbers.push(value);
  }
  return numbers;
}

function writeRanges(numbers: number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length;) {
    let end = i;
    while (end + 1 < numbers.length && numbers[end + 1] === numbers[end] + 1) end++;
    parts.push(end === i ? String(numbers[i]) : `${numbers[i]}-${numbers[end]}`);
    i = end + 1;
  }
  return parts.join(",");
}
