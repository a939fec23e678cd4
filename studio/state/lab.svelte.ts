// The one state of the page, and its tie to the address: whatever changes is written there, and back is read again.
import { fromAddress, toAddress } from "./address.ts";
import type { State } from "./fields.ts";
import { keptDrawing } from "./kept.ts";

function read(): ReturnType<typeof fromAddress> {
  const said = fromAddress(location.hash);
  const count = /[#&]drawn=~(\d+)/.exec(location.hash)?.[1];
  const kept = count === undefined ? null : keptDrawing(Number(count));
  if (kept === null) return said;
  return { state: { ...said.state, drawn: kept }, warnings: said.warnings.filter((text) => !text.includes("drawn")) };
}

const opened = read();

/** The state. Scenes read and write its fields. */
export const lab: State = $state(opened.state);

/** What the address said that had to be mended, and what was said since. */
export const notices = $state({ list: opened.warnings });

/** Shared by words and drawings: the term that is pointed at, in either. */
export const lit = $state<{ term: string | null }>({ term: null });

/** Opens another scene, as a step that the browser's Back undoes. */
export function openScene(scene: State["scene"]): void {
  if (scene === lab.scene) return;
  lit.term = null;
  lab.scene = scene;
  history.pushState(null, "", link());
}

/** The whole address of the state as it is. */
export function link(state: State = lab): string {
  const said = toAddress(state);
  return `${location.pathname}${location.search}${said === "" ? "" : `#${said}`}`;
}

/** Keeps address and state in step; call once, where effects may run. */
export function followAddress(): void {
  const back = () => {
    const { state, warnings } = read();
    Object.assign(lab, state);
    notices.list = warnings;
  };
  $effect(() => {
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  });
  $effect(() => {
    const next = link($state.snapshot(lab) as State);
    // Browsers allow some hundred changes of the address in half a minute: a run of changes is written at its end.
    const timer = setTimeout(() => history.replaceState(history.state, "", next), 150);
    return () => clearTimeout(timer);
  });
}
