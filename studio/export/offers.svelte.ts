// The runs that the open scene shows, for the export to take: what they were made of, and what came of it.
import { untrack } from "svelte";
import type { RunOutput } from "../lab/run.ts";
import type { RunSpec } from "./run-spec.ts";

export type Offer = { spec: RunSpec; run: RunOutput };

let all = $state.raw<readonly { owner: object; offer: Offer }[]>([]);

export const offers = {
  get list(): readonly Offer[] {
    return all.map(({ offer }) => offer);
  },
};

/** Offers what `get` says (read reactively; null: nothing) for as long as its component lives. */
export function offering(get: () => Offer | null): void {
  const owner = {};
  const others = () => all.filter((entry) => entry.owner !== owner);
  $effect(() => {
    const offer = get();
    if (!offer) return;
    untrack(() => (all = [...others(), { owner, offer }]));
    return () => {
      all = others();
    };
  });
}
