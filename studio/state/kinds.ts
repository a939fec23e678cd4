// Kinds of value that an address can hold: how each is read, written and limited.

/** What reading a value gave: the value, and what the reader should know about it. */
export type Reading<T> = { value: T; warning?: string };

/**
 * One value of the state. `write` and `read` are inverses for every value of the kind. A control offers `min` to
 * `max`; an address may pass that, up to the kind's own limits, with a warning.
 */
export type Kind<T> = {
  readonly fallback: T;
  read(text: string): Reading<T>;
  write(value: T): string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly names?: readonly string[];
};

type Range = { min: number; max: number; least?: number; most?: number; step?: number };

/** A finite number; a control offers `min` to `max`, an address `least` to `most` (the same, unless said). */
export function number(fallback: number, { min, max, least = min, most = max, step }: Range): Kind<number> {
  return { fallback, min, max, step, write: String, read: (text) => bounded(Number(text), text, fallback) };

  function bounded(value: number, text: string, instead: number): Reading<number> {
    if (text.trim() === "" || !Number.isFinite(value)) {
      return { value: instead, warning: `“${text}” isn't a number, so ${instead} is used` };
    }
    if (value < least || value > most) {
      const held = Math.min(Math.max(value, least), most);
      return { value: held, warning: `${text} is beyond what can be drawn (${least} to ${most}), so ${held} is used` };
    }
    if (value < min || value > max) return { value, warning: `${text} is beyond its control's ${min} to ${max}` };
    return { value };
  }
}

/** A whole number. */
export function whole(fallback: number, range: Range): Kind<number> {
  const kind = number(fallback, { step: 1, ...range });
  return {
    ...kind,
    read(text) {
      const { value, warning } = kind.read(text);
      if (Number.isInteger(value)) return { value, warning };
      return { value: Math.round(value), warning: `${text} isn't whole, so ${Math.round(value)} is used` };
    },
  };
}

/** One of `names`. */
export function choice<const N extends string>(fallback: N, names: readonly N[]): Kind<N> {
  return {
    fallback,
    names,
    write: (value) => value,
    read(text) {
      if ((names as readonly string[]).includes(text)) return { value: text as N };
      return { value: fallback, warning: `“${text}” isn't one of ${names.join(", ")}, so ${fallback} is used` };
    },
  };
}

/** Yes or no: `&embed` alone means yes. */
export function flag(fallback: boolean): Kind<boolean> {
  return {
    fallback,
    write: (value) => (value ? "" : "0"),
    read(text) {
      if (text === "" || text === "1") return { value: true };
      if (text === "0") return { value: false };
      return { value: fallback, warning: `“${text}” is neither 1 nor 0, so ${fallback ? 1 : 0} is used` };
    },
  };
}

/** Text of at most `longest` characters. */
export function text(fallback: string, longest: number): Kind<string> {
  return {
    fallback,
    // An address can't hold half a character.
    write: (value) => value.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd"),
    read(given) {
      if ([...given].length <= longest) return { value: given };
      const value = [...given].slice(0, longest).join("");
      return { value, warning: `it is longer than ${longest} characters, so it is cut` };
    },
  };
}

/** Some of `names`, in their own order; "none" where there are none. */
export function several<const N extends string>(fallback: readonly N[], names: readonly N[]): Kind<readonly N[]> {
  return {
    fallback,
    names,
    write: (value) => (value.length === 0 ? "none" : value.join(",")),
    read(given) {
      const parts = given === "none" || given === "" ? [] : given.split(",");
      const unknown = parts.filter((part) => !(names as readonly string[]).includes(part));
      const value = names.filter((name) => parts.includes(name));
      if (unknown.length === 0) return { value };
      return { value, warning: `it knows ${names.join(", ")}, not ${unknown.join(", ")}` };
    },
  };
}
