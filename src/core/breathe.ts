// Long loops let the event loop turn, so that a signal (Ctrl-C, a closed connection) is heard between two steps.

/** Resolves after the event loop has turned once. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve);
  });
}
