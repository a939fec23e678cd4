// What JSON.parse can't say about an untrusted text: duplicate keys, and how deep it nests (before it is parsed).

export type JsonProblem = { kind: "duplicate"; key: string } | { kind: "depth"; limit: number };

/**
 * Looks through `text` for a key that one object holds twice, or nesting deeper than `depthLimit`. Only says that
 * much: whether the text is JSON at all is for JSON.parse. Takes time and memory in proportion to the text.
 */
export function findJsonProblem(text: string, depthLimit: number): JsonProblem | undefined {
  const open: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      const end = endOfString(text, i);
      if (isKey(text, end)) {
        const key = decodeString(text.slice(i, end));
        const keys = open[open.length - 1];
        if (key !== undefined && keys?.has(key)) return { kind: "duplicate", key };
        if (key !== undefined) keys?.add(key);
      }
      i = end - 1;
    } else if (c === "{" || c === "[") {
      if (open.length === depthLimit) return { kind: "depth", limit: depthLimit };
      open.push(new Set());
    } else if (c === "}" || c === "]") {
      open.pop();
    }
  }
  return undefined;
}

/** The index after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

function isKey(text: string, end: number): boolean {
  let i = end;
  while (text[i] === " " || text[i] === "\n" || text[i] === "\t" || text[i] === "\r") i++;
  return text[i] === ":";
}

function decodeString(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}
