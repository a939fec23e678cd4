// Which components of a large model are in memory: each loads when it is used, and goes when another needs its place.
import { DriftfieldError } from "../../core/index.ts";
import { gigabytes } from "../memory.ts";

/** A component that can be loaded again and again. */
export type Resident<T extends Disposable> = {
  readonly name: string;
  /** Bytes of its weights as they lie in memory. */
  readonly bytes: number;
  load(): Promise<T>;
};

type Disposable = { dispose(): Promise<void> };

export type Residence = {
  /** Gives the component to `work`, loading it first where it isn't there. */
  use<T extends Disposable, R>(resident: Resident<T>, work: (component: T) => Promise<R>): Promise<R>;
  dispose(): Promise<void>;
};

/** Kept at once where nobody said how much: small models stay, of large ones the component in use. */
export const USUAL_LIMIT = 2 ** 30;

/** Throws DriftfieldError "invalid_option" unless each component alone keeps to `limit` bytes. */
export function checkLimit(residents: readonly Resident<Disposable>[], limit: number | undefined): void {
  const [largest] = residents.toSorted((a, b) => b.bytes - a.bytes);
  if (limit === undefined || largest.bytes <= limit) return;
  const [needs, has] = [largest.bytes, limit].map(gigabytes);
  throw new DriftfieldError("invalid_option", `${largest.name} alone takes ${needs}, the memory limit is ${has}`, {
    path: "memoryLimit",
    received: has,
    expected: `at least ${needs}`,
    hint: "Raise the memory limit, or choose a smaller model.",
  });
}

/** Keeps components while all together have at most `limit` bytes; the longest unused goes first. */
export function residence(limit = USUAL_LIMIT): Residence {
  const here = new Map<Resident<Disposable>, Disposable>();
  const leave = async (resident: Resident<Disposable>) => {
    const component = here.get(resident);
    here.delete(resident);
    await component?.dispose();
  };
  return {
    async use<T extends Disposable, R>(resident: Resident<T>, work: (component: T) => Promise<R>): Promise<R> {
      let component = here.get(resident) as T | undefined;
      if (component === undefined) {
        const total = () => [...here.keys()].reduce((sum, { bytes }) => sum + bytes, resident.bytes);
        while (here.size > 0 && total() > limit) await leave([...here.keys()][0]);
        component = await resident.load();
      }
      here.delete(resident);
      here.set(resident, component); // now the last to go
      return work(component);
    },
    async dispose() {
      await Promise.all([...here.keys()].map(leave));
    },
  };
}
