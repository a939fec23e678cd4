// Plays a scene's time line: one clock for play, pause, step and scrub, which never fight each other.
import { everyFrame } from "../draw/loop.ts";
import { motion } from "../shell/theme.svelte.ts";

/** A scene's time line. Positions run from 0 to `length`, a whole number of steps; only `smooth` ones stop between. */
export type Timeline = {
  readonly length: number;
  readonly smooth: boolean;
  /** How long playing the whole takes. */
  readonly seconds: number;
  get(): number;
  set(position: number): void;
  /** What a screen reader says of where it stands: "noise level 0.31". */
  say(): string;
};

export class Player {
  playing = $state(false);
  #line: Timeline | null = null;
  #held = false;
  #stop: (() => void) | null = null;
  /** Where between two whole steps an unsmooth line is, while it plays. */
  #part = 0;

  /** The time line of the scene that is open. */
  use(line: Timeline | null): void {
    this.pause();
    this.#line = line;
  }

  play(): void {
    if (!this.#line || this.playing) return;
    if (this.#line.get() >= this.#line.length) this.#line.set(0);
    this.playing = true;
    this.#part = 0;
    this.#stop = everyFrame((seconds) => this.#tick(seconds));
  }

  pause(): void {
    this.playing = false;
    this.#stop?.();
    this.#stop = null;
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Whole steps on or back; playing stops. */
  step(count: number): void {
    if (!this.#line) return;
    this.pause();
    const at = this.#line.get();
    const whole = count > 0 ? Math.floor(at + 1e-6) : Math.ceil(at - 1e-6);
    this.seek(whole + count);
  }

  seek(position: number): void {
    this.#line?.set(Math.min(Math.max(position, 0), this.#line.length));
  }

  /** While the slider is held, the clock waits. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#part = 0;
  }

  #tick(seconds: number): void {
    const line = this.#line;
    if (!line || this.#held) return;
    const rate = line.length / line.seconds;
    if (motion.reduced) {
      // One still picture after the other, eight for the whole line.
      this.#part += seconds;
      if (this.#part >= 1) {
        this.#part = 0;
        this.#move(line, Math.floor(line.get() + 1e-6) + Math.max(1, Math.round(line.length / 8)));
      }
    } else if (line.smooth) this.#move(line, line.get() + rate * seconds);
    else {
      this.#part += rate * seconds;
      const whole = Math.floor(this.#part);
      this.#part -= whole;
      if (whole > 0) this.#move(line, line.get() + whole);
    }
  }

  #move(line: Timeline, to: number): void {
    line.set(Math.min(to, line.length));
    if (to >= line.length) this.pause();
  }
}

/** The page's one player. */
export const player = new Player();
