// An operation is a table of options: the one place that flags, wire names, library names, rules, defaults and help
// come from.
import { z } from "zod";
import type { Kind } from "./kinds.ts";

/** One option. Its key in the table is its library name (camelCase); the other two names derive from it. */
export type Field<T, R extends boolean = boolean> = {
  readonly kind: Kind<T>;
  readonly required: R;
  readonly help: string;
  /** A value that is good, as text: what an error proposes. */
  readonly example: string;
  /** The default: a value, or (`defaultText`) the words for one that depends on the model. */
  readonly default?: T;
  readonly defaultText?: string;
  /** The long flag without its dashes, where it isn't the library name in kebab-case. */
  readonly flag?: string;
  readonly short?: string;
  /** The name on the wire, where it isn't the library name in snake_case. */
  readonly wire?: string;
  /** Not a flag on the command line but an argument: one, or as many as there are. */
  readonly position?: "one" | "many";
  /** The option that this one is a part of outside the library: width and height are "size", written "WxH". */
  readonly joined?: "size";
};

export type Fields = Readonly<Record<string, Field<unknown>>>;

type ValueOf<F> = F extends Field<infer T> ? T : never;
type Flatten<T> = { [K in keyof T]: T[K] };

/** The library form of a request: required options are there, the others may be. */
export type RequestOf<F extends Fields> = Flatten<
  { [K in keyof F as F[K]["required"] extends true ? K : never]: ValueOf<F[K]> } & {
    [K in keyof F as F[K]["required"] extends true ? never : K]?: ValueOf<F[K]>;
  }
>;

/** An operation: its options and the strict schema of its library form. */
export type Operation<F extends Fields = Fields> = {
  readonly name: string;
  readonly summary: string;
  readonly fields: F;
  /** Pairs of options that can't be given together. */
  readonly conflicts: readonly (readonly [string, string])[];
  /** Pairs of which the first must be given (and not be blank) unless the second is given. */
  readonly needs: readonly (readonly [string, string])[];
  readonly schema: z.ZodType<RequestOf<F>>;
};

/** An option that may be left out. */
export function option<T>(kind: Kind<T>, rest: Omit<Field<NoInfer<T>>, "kind" | "required">): Field<T, false> {
  return { kind, required: false, ...rest };
}

/** An option that must be given. */
export function required<T>(kind: Kind<T>, rest: Omit<Field<NoInfer<T>>, "kind" | "required">): Field<T, true> {
  return { kind, required: true, ...rest };
}

/** Makes an operation of its table. */
export function operation<const F extends Fields>(
  name: string,
  summary: string,
  fields: F,
  conflicts: readonly (readonly [keyof F & string, keyof F & string])[] = [],
  needs: readonly (readonly [keyof F & string, keyof F & string])[] = [],
): Operation<F> {
  const shape: Record<string, z.ZodType> = {};
  for (const [key, field] of Object.entries(fields)) {
    shape[key] = field.required ? field.kind.schema : field.kind.schema.optional();
  }
  const schema = z.strictObject(shape) as unknown as z.ZodType<RequestOf<F>>;
  return { name, summary, fields, conflicts, needs, schema };
}
