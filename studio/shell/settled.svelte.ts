// Tells from outside when a picture is whole: `<html data-settled>` is there while nothing is computed or unpainted.
import { isPainted } from "../draw/loop.ts";
import { isTraining } from "../lab/training.svelte.ts";
import { pendingJobs } from "../worker/client.ts";

/** Looks ten times a second. Call once, where effects may run. */
export function followSettling(): void {
  $effect(() => {
    let calm = 0;
    const timer = setInterval(() => {
      const quiet = document.fonts.status === "loaded" && pendingJobs() === 0 && isPainted() && !isTraining();
      calm = quiet && document.querySelector("canvas") !== null ? calm + 1 : 0;
      document.documentElement.toggleAttribute("data-settled", calm >= 2);
    }, 100);
    return () => clearInterval(timer);
  });
}
