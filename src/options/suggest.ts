// "Did you mean": one sentence, with the nearest names only.
import { editDistance, nearestNames } from "../core/index.ts";

/** "Did you mean --steps?"; null when nothing is near. Several names only where they are equally near. */
export function suggestion(name: string, known: Iterable<string>): string | null {
  const near = nearestNames(name, known);
  const distance = (other: string) => editDistance(name.toLowerCase(), other.toLowerCase());
  const nearest = near.filter((other) => distance(other) === distance(near[0]));
  return nearest.length === 0 ? null : `Did you mean ${nearest.join(" or ")}?`;
}
