// The keys of the studio, in one table: the handler and the list that "?" shows come from it.
import { player } from "./player.svelte.ts";

export type KeyAction = {
  readonly keys: readonly string[];
  readonly shown: string;
  readonly does: string;
  run(): void;
};

const always: readonly KeyAction[] = [
  { keys: [" "], shown: "Space", does: "play or pause", run: () => player.toggle() },
  { keys: ["ArrowRight"], shown: "→", does: "one step on", run: () => player.step(1) },
  { keys: ["ArrowLeft"], shown: "←", does: "one step back", run: () => player.step(-1) },
  { keys: ["Home"], shown: "Home", does: "to the beginning", run: () => player.seek(0) },
  { keys: ["End"], shown: "End", does: "to the end", run: () => player.seek(Infinity) },
];

const extra = new Map<object, readonly KeyAction[]>();

/** Adds a scene's or the shell's own keys ("[", "]", "b") until the returned function is called. */
export function addKeys(actions: readonly KeyAction[]): () => void {
  const owner = {};
  extra.set(owner, actions);
  return () => extra.delete(owner);
}

/** Every key that works now. */
export function keysNow(): KeyAction[] {
  return [...always, ...[...extra.values()].flat()];
}

/** Whether the focused element needs `key` for itself. */
function keepsForItself(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("dialog")) return true;
  if (target instanceof HTMLTextAreaElement || target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) {
    if (target.type === "text") return true;
    // A slider, a radio button or a check box moves by arrows; the latter two also take Space.
    return key.length > 1 || (key === " " && target.type !== "range");
  }
  if (key === " ") return target.closest("button, a, summary, [role=tab], [role=button]") !== null;
  return false;
}

/** Handles a key press of the page. */
export function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || keepsForItself(event.target, event.key)) return;
  const action = keysNow().find(({ keys }) => keys.includes(event.key) || keys.includes(event.key.toLowerCase()));
  if (!action) return;
  event.preventDefault();
  action.run();
}
