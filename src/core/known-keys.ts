// Options are strict: a name that nobody knows is an error that suggests the nearest one, never silently dropped.
import { DriftfieldError } from "./error.ts";
import { nearestNames } from "./nearest.ts";

/** @throws DriftfieldError "unknown_option" where `given` has a key that isn't in `known`; `what` has these options */
export function assertKnownKeys(given: object, known: readonly string[], what: string): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const [nearest] = nearestNames(unknown, known);
  throw new DriftfieldError("unknown_option", `${what} has no option "${unknown}"`, {
    path: unknown,
    received: unknown,
    expected: `one of ${known.join(", ")}`,
    hint: nearest === undefined ? `Known are ${known.join(", ")}.` : `Did you mean ${nearest}?`,
  });
}
