// The request that made a picture, inside the picture: JSON under one key, in letters that any PNG reader can store.

const KEY = "driftfield";

/** `request` as PNG text. Letters beyond ASCII become \u escapes, so that every prompt comes back as it was. */
export function requestText(request: object): Record<string, string> {
  const json = JSON.stringify(request);
  const ascii = json.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return { [KEY]: ascii };
}

/** The request in a PNG's text; undefined when there is none of ours (somebody else's picture). Not validated. */
export function readRequestText(text: Readonly<Record<string, string>>): Record<string, unknown> | undefined {
  const json = Object.hasOwn(text, KEY) ? text[KEY] : undefined;
  if (json === undefined) return undefined;
  try {
    const request: unknown = JSON.parse(json);
    const isObject = typeof request === "object" && request !== null && !Array.isArray(request);
    return isObject ? (request as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
