// Picks measures or claims by their names, and helps with a name that nobody knows.
import { DriftfieldError, nearestNames } from "../core/index.ts";

/**
 * Those of `all` that `only` names (all of them without it), in their own order. `what` they are called in an error.
 * @throws DriftfieldError "unknown_option" for a name that none has, with the nearest
 */
export function chosenByName<T extends { readonly name: string }>(
  all: readonly T[],
  only: readonly string[] | undefined,
  what: string,
): readonly T[] {
  const names = all.map(({ name }) => name);
  for (const name of only ?? []) {
    if (names.includes(name)) continue;
    const [nearest] = nearestNames(name, names);
    throw new DriftfieldError("unknown_option", `there is no ${what} ${JSON.stringify(name)}`, {
      path: "only",
      received: name,
      expected: names.join(", "),
      hint: nearest ? `did you mean ${nearest}?` : `the ${what}s are ${names.join(", ")}`,
    });
  }
  return all.filter(({ name }) => only === undefined || only.includes(name));
}
