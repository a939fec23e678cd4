// The worker: does jobs one after the other, and drops those that are called off.
import { jobs, type Answer, type Ask, type Context } from "./jobs.ts";

const port = self as unknown as { onmessage: unknown; postMessage(answer: Answer, transfer: Transferable[]): void };
const running = new Map<number, AbortController>();
let queue: Promise<void> = Promise.resolve();

/** Lets messages in, so that a job can be called off in its middle. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

port.onmessage = ({ data }: MessageEvent<Ask>) => {
  if ("cancel" in data) {
    running.get(data.id)?.abort();
    return;
  }
  const controller = new AbortController();
  running.set(data.id, controller);
  queue = queue.then(() => work(data, controller.signal)).finally(() => running.delete(data.id));
};

async function work({ id, name, input }: Extract<Ask, { name: unknown }>, signal: AbortSignal): Promise<void> {
  let last = performance.now();
  const context: Context = {
    signal,
    async breathe() {
      if (performance.now() - last < 12) return;
      await turn();
      last = performance.now();
      signal.throwIfAborted();
    },
  };
  try {
    signal.throwIfAborted();
    const job = jobs[name] as (input: unknown, context: Context) => unknown;
    const output = await job(input, context);
    port.postMessage({ id, output }, buffersOf(output));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    port.postMessage({ id, error: said, aborted: signal.aborted }, []);
  }
}

/** The buffers that can be handed over instead of copied. */
function buffersOf(output: unknown): ArrayBuffer[] {
  if (output === null || typeof output !== "object") return [];
  const values = ArrayBuffer.isView(output) ? [output] : Object.values(output);
  return [...new Set(values.filter((value) => ArrayBuffer.isView(value)).map(({ buffer }) => buffer as ArrayBuffer))];
}
