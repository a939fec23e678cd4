// A value that the worker makes of the state: the last one stays while the next is made, and none is made in vain.
import { untrack } from "svelte";
import { ask } from "./client.ts";
import type { Input, JobName, Output } from "./jobs.ts";

/** `input` is what `value` was made of. */
export type Latest<T, I> = { readonly value: T | null; readonly input: I | null; readonly error: string | null };

/**
 * Follows `input` (read reactively; null: nothing to do). One job at a time: while it runs, only the newest of what
 * came in between is kept, so that a slow job still shows as many states as it can. Call where effects may run.
 */
export function latest<N extends JobName>(name: N, input: () => Input<N> | null): Latest<Output<N>, Input<N>> {
  let made = $state.raw<{ value: Output<N>; input: Input<N> } | null>(null);
  let error = $state.raw<string | null>(null);
  let next: Input<N> | null = null;
  let busy = false;
  const stop = new AbortController();

  async function work(): Promise<void> {
    busy = true;
    while (next !== null) {
      const now = next;
      next = null;
      try {
        made = { value: await ask(name, now, stop.signal), input: now };
        error = null;
      } catch (problem) {
        if (stop.signal.aborted) return;
        error = problem instanceof Error ? problem.message : String(problem);
      }
    }
    busy = false;
  }

  $effect(() => {
    const wanted = input();
    untrack(() => {
      next = wanted;
      if (wanted === null) made = null;
      else if (!busy) void work();
    });
  });
  $effect(() => () => stop.abort());

  return {
    get value() {
      return made?.value ?? null;
    },
    get input() {
      return made?.input ?? null;
    },
    get error() {
      return error;
    },
  };
}
