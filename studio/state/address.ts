// State to address and back. An address holds what differs from the defaults, and every state comes back from it.
import { fields, type Key, type State } from "./fields.ts";
import type { Kind } from "./kinds.ts";

const keys = Object.keys(fields) as Key[];
const kindOf = (key: Key) => fields[key] as Kind<unknown>;

/** The state of an empty address. */
export function defaults(): State {
  return Object.fromEntries(keys.map((key) => [key, kindOf(key).fallback])) as State;
}

/** The part of the address after "#": "scene=field&t=0.4". */
export function toAddress(state: State): string {
  const said: string[] = [];
  for (const key of keys) {
    const kind = kindOf(key);
    const written = kind.write(state[key]);
    if (written === kind.write(kind.fallback)) continue;
    said.push(written === "" && kind.fallback === false ? key : `${key}=${escaped(written)}`);
  }
  return said.join("&");
}

/** The state that an address means, and what in it had to be mended or is unusual. */
export function fromAddress(address: string): { state: State; warnings: string[] } {
  const state = defaults();
  const warnings: string[] = [];
  for (const part of address.replace(/^#/, "").split("&").filter(Boolean)) {
    const at = part.indexOf("=");
    const name = unescaped(at < 0 ? part : part.slice(0, at));
    if (!Object.hasOwn(fields, name)) {
      warnings.push(`The address says “${name}”, which the studio doesn't know.`);
      continue;
    }
    const key = name as Key;
    const { value, warning } = kindOf(key).read(at < 0 ? "" : unescaped(part.slice(at + 1)));
    (state as Record<Key, unknown>)[key] = value;
    if (warning !== undefined) warnings.push(`The address's ${key}: ${warning}.`);
  }
  return { state, warnings };
}

/** Percent signs for what would end a value or a link in running text; commas stay readable. */
function escaped(value: string): string {
  return encodeURIComponent(value).replaceAll("%2C", ",");
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
