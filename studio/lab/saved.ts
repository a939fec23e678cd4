// Trainings kept in the browser's own database, so that closing or reloading the page loses nothing.
import type { PointConfig } from "driftfield/point";

export type Saved = {
  /** What is learned, and by which seed: see trainingKey. */
  key: string;
  step: number;
  /** One a step. */
  losses: Float32Array;
  /** All of the training's state, for driftfield/point's `resume`. */
  checkpoint: Uint8Array<ArrayBuffer>;
  /** The model as it was then. */
  config: PointConfig;
  weights: Record<string, Float32Array>;
};

const STORE = "trainings";

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("driftfield", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser's database can't be opened"));
  });
}

/** Runs `use` on the store; a browser that keeps nothing (a private window) answers undefined. */
async function withStore<T>(
  mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  try {
    const database = await opened();
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = use(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("nothing was kept"));
    }).finally(() => database.close());
  } catch {
    return undefined;
  }
}

export async function save(saved: Saved): Promise<void> {
  await withStore("readwrite", (store) => store.put(saved));
}

export function load(key: string): Promise<Saved | undefined> {
  return withStore<Saved | undefined>("readonly", (store) => store.get(key));
}

export async function forget(key: string): Promise<void> {
  await withStore("readwrite", (store) => store.delete(key));
}

/** The name of a training: the seed, and a hash of the very points (FNV-1a over their bits). */
export function trainingKey(points: Float32Array, seed: number): string {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(points.buffer, points.byteOffset, points.byteLength)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return `${points.length / 2}-${hash.toString(16)}-${seed}`;
}
