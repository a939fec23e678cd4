// The progress bar: one line on standard error, drawn over itself, and only on a terminal.
import type { OnProgress, ProgressEvent } from "../core/index.ts";

export type BarStream = { isTTY?: boolean; columns?: number; write(text: string): unknown };

/** A bar on `stream`; `clear` wipes it, before anything else is written there. Silent unless it is a terminal. */
export function progressBar(stream: BarStream, now = () => performance.now()): { show: OnProgress; clear(): void } {
  let shown = false;
  let last = { index: Infinity, first: 0, began: 0 };
  const clear = () => {
    if (shown) stream.write("\r\x1b[K");
    shown = false;
  };
  const show = (event: ProgressEvent) => {
    if (!stream.isTTY) return;
    let rate: number | null = null;
    if (event.type === "step") {
      // An index that goes back is another walk; a run that was resumed starts anywhere.
      if (event.index <= last.index) last = { index: event.index, first: event.index, began: now() };
      else rate = ((event.index - last.first) / (now() - last.began)) * 1000;
      last.index = event.index;
    }
    stream.write(`\r\x1b[K${barLine(event, rate, stream.columns ?? 80)}`);
    shown = true;
  };
  return { show, clear };
}

/** One event as a line of at most `columns - 1` characters. `rate`: steps a second, once known. */
export function barLine(event: ProgressEvent, rate: number | null, columns: number): string {
  const bar = event.fraction === null ? "" : `${drawBar(event.fraction)} `;
  return `${bar}${describe(event, rate)}`.slice(0, columns - 1);
}

function describe(event: ProgressEvent, rate: number | null): string {
  if (event.type === "load") return `loading ${event.component}`;
  if (event.type === "write") return `writing ${event.path}`;
  const pace = rate === null ? "" : `, ${significant(rate)} steps/s`;
  const left = event.secondsLeft === null ? "" : `, ${duration(event.secondsLeft)} left`;
  return `${event.stage}: step ${event.index + 1} of ${event.total}${pace}${left}`;
}

function drawBar(fraction: number, width = 24): string {
  const full = Math.round(Math.min(Math.max(fraction, 0), 1) * width);
  return `[${"#".repeat(full)}${".".repeat(width - full)}]`;
}

/** Seconds as a reader wants them: "3.2 s", "4 min 10 s", "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A number with three digits that count: "0.0123", "4.56", "789". */
export function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
