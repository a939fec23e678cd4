// What a claim is: a sentence that can be false, how it is measured, and what has to be found for it to hold.

export type Finding = {
  /** What was measured, for people. */
  readonly found: string;
  readonly holds: boolean;
  /** The same as numbers. */
  readonly figures: Readonly<Record<string, number>>;
};

/** One of the sentences that the picture of diffusion as a walk along a field rests on. */
export type Claim = {
  readonly name: string;
  readonly claim: string;
  readonly measure: string;
  /** The rule, written down before anything is measured. */
  readonly expected: string;
  /** Measures it. Deterministic: every random number comes from a fixed seed. */
  run(signal?: AbortSignal): Promise<Finding>;
};

/** A number as a table shows it: three figures. */
export const shown = (value: number): string => String(Number(value.toPrecision(3)));
