// `driftfield studio`: serves the web app on this machine until Ctrl-C.
import { once } from "node:events";
import type { studioCommand } from "../options/index.ts";
import { listen, staticFiles, studioFolder } from "../server/index.ts";
import type { Run } from "./commands.ts";

export const run: Run<typeof studioCommand.fields> = async ({ port = 4123, json }, context) => {
  const { signal } = context;
  const folder = await studioFolder({ signal, onBuild: () => context.note("Building the studio, once ...") });
  await using server = await listen(staticFiles(folder), port);
  context.print(json ? JSON.stringify({ url: server.url, folder }) : server.url);
  if (!json) context.note("Open that address in a browser. Ctrl-C ends it.");
  if (!signal.aborted) await once(signal, "abort");
};
