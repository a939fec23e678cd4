// One option, three names: camelCase in the library, snake_case on the wire, --kebab-case on the command line.
import type { Field, Fields } from "./operation.ts";

/** Where a request is written: the library, JSON (HTTP, metadata, --json), the command line. */
export type Form = "library" | "wire" | "cli";

/** "negativePrompt" to "negative_prompt". */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** "negativePrompt" to "negative-prompt". */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The name on the wire of the option `key`. */
export function wireName(key: string, field: Field<unknown>): string {
  return field.joined ?? field.wire ?? snakeCase(key);
}

/** The long flag of the option `key`, without dashes. */
export function flagName(key: string, field: Field<unknown>): string {
  return field.joined ?? field.flag ?? kebabCase(key);
}

/** The option's name as the reader of an error knows it: "--steps", "num_inference_steps", "numInferenceSteps". */
export function nameIn(form: Form, key: string, field: Field<unknown>): string {
  if (form === "library") return key;
  if (form === "wire") return wireName(key, field);
  return field.position ? `<${kebabCase(key)}>` : `--${flagName(key, field)}`;
}

/** Every name that `form` knows, each once. */
export function namesIn(form: Form, fields: Fields): string[] {
  return [...new Set(Object.entries(fields).map(([key, field]) => nameIn(form, key, field)))];
}
