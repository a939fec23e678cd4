// Opens a port on one address of this machine, and says plainly why it can't.
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { DriftfieldError } from "../core/index.ts";

export type Listening = { readonly url: string; [Symbol.asyncDispose](): Promise<void> };

/**
 * Listens on `port` (0: any free one) of 127.0.0.1.
 * @throws DriftfieldError("invalid_option") when the port is taken or not allowed.
 */
export async function listen(listener: RequestListener, port: number): Promise<Listening> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(closed(port, error)));
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function closed(port: number, error: NodeJS.ErrnoException): DriftfieldError {
  const taken = error.code === "EADDRINUSE";
  return new DriftfieldError(
    "invalid_option",
    taken ? `port ${port} is taken by another program` : `port ${port} can't be opened (${error.code ?? error.message})`,
    {
      path: "port",
      received: port,
      expected: "a free port",
      hint: "Pass --port 0 for any free one.",
      cause: error,
    },
  );
}
