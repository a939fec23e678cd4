// Words of captions: splitting, joining, articles, and turning left into right for mirrored pictures.

/** The words of a text: lower-case letters and digits without accents; hyphens separate, apostrophes stay inside. */
export function wordsOf(text: string): string[] {
  const plain = text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();
  return plain.match(/[a-z0-9]+(?:'[a-z]+)?/g) ?? [];
}

/** "a" or "an" before a noun phrase; nothing before what looks like a plural ("grapes", "people with bunny ears"). */
export function withArticle(noun: string): string {
  const head = noun.split(/,| (?:with|in|of|on|at|behind|wearing|holding|without) /)[0];
  const last = head.split(/[ -]/).at(-1) ?? "";
  if (!/^[a-z0-9]/.test(noun) || /^(people|men|women)$/.test(last) || /[^sui]s$/.test(last)) return noun;
  return `${/^(?!uni|one|eu|ewe)[aeiou]|^hour/.test(noun) ? "an" : "a"} ${noun}`;
}

/** "a", "a and b", "a, b and c". */
export function joinAnd(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? "";
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** The text with "left" and "right" exchanged, and what is built on them ("rightwards"). */
export function mirrorWords(text: string): string {
  return text.replace(/\b(left|right)(?=(wards|ward|most)?\b)/g, (side) => (side === "left" ? "right" : "left"));
}

/** One of the items, chosen by `rng` (uniform in [0, 1)). */
export function pick<T>(items: readonly T[], rng: () => number): T {
  return items[Math.min(items.length - 1, Math.floor(rng() * items.length))];
}

/** `count` different items (or all there are) in random order. */
export function pickSome<T>(items: readonly T[], count: number, rng: () => number): T[] {
  const left = [...items];
  const chosen: T[] = [];
  while (chosen.length < count && left.length > 0) {
    const at = Math.min(left.length - 1, Math.floor(rng() * left.length));
    chosen.push(...left.splice(at, 1));
  }
  return chosen;
}
