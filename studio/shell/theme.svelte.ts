// Which theme is on: what the address says, else what the system prefers.
import { themes, type Theme } from "../draw/theme.ts";
import { lab } from "../state/lab.svelte.ts";

const prefersLight = matchMedia("(prefers-color-scheme: light)");
const prefersCalm = matchMedia("(prefers-reduced-motion: reduce)");
const system = $state({ light: prefersLight.matches, calm: prefersCalm.matches });
prefersLight.addEventListener("change", () => (system.light = prefersLight.matches));
prefersCalm.addEventListener("change", () => (system.calm = prefersCalm.matches));

/** The theme in use; it may change at any time. */
export const themeNow = {
  get theme(): Theme {
    return themes[lab.theme === "auto" ? (system.light ? "light" : "dark") : lab.theme];
  },
};

/** Whether the reader asked for less motion. */
export const motion = {
  get reduced(): boolean {
    return system.calm;
  },
};
