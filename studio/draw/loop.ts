// The one render loop: what is dirty and on the screen is painted, once a frame; what isn't seen waits.

type Entry = { paint(): void; dirty: boolean; seen: boolean };

const entries = new Set<Entry>();
const tickers = new Set<(seconds: number) => void>();
let asked = 0;
let before: number | undefined;
let marked = false;

function ask(): void {
  if (asked === 0) asked = requestAnimationFrame(frame);
}

function frame(now: number): void {
  asked = 0;
  const seconds = before === undefined ? 1 / 60 : Math.min(0.1, (now - before) / 1000);
  for (const tick of tickers) tick(seconds);
  // Effects of what the tickers changed run as microtasks: painting comes after them, within the same frame.
  queueMicrotask(() => queueMicrotask(paintAll));
  before = tickers.size > 0 ? now : undefined;
  if (tickers.size > 0) ask();
}

function paintAll(): void {
  for (const entry of entries) {
    if (!entry.dirty || !entry.seen) continue;
    entry.dirty = false;
    entry.paint();
    if (!marked) performance.mark("first-picture");
    marked = true;
  }
}

/** Calls `tick` every frame, with the seconds since the last one, until the returned function is called. */
export function everyFrame(tick: (seconds: number) => void): () => void {
  tickers.add(tick);
  ask();
  return () => {
    tickers.delete(tick);
  };
}

// Words that were painted before their font came are painted again.
document.fonts.addEventListener("loadingdone", () => {
  for (const entry of entries) entry.dirty = true;
  ask();
});

/** Whether anything that can be seen waits for paint. */
export function isPainted(): boolean {
  return [...entries].every(({ dirty, seen }) => !dirty || !seen);
}

/** Adds a canvas to the loop. `invalidate` has it painted with the next frame in which it is on the screen. */
export function onScreen(element: Element, paint: () => void): { invalidate(): void; remove(): void } {
  const entry: Entry = { paint, dirty: true, seen: false };
  entries.add(entry);
  const observer = new IntersectionObserver((sightings) => {
    entry.seen = sightings[sightings.length - 1].isIntersecting;
    if (entry.seen && entry.dirty) ask();
  });
  observer.observe(element);
  return {
    invalidate() {
      entry.dirty = true;
      if (entry.seen) ask();
    },
    remove() {
      observer.disconnect();
      entries.delete(entry);
    },
  };
}
