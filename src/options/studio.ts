// What serving the studio is told.
import { jsonField } from "./generate.ts";
import { integer } from "./kinds.ts";
import { operation, option } from "./operation.ts";

/** The command `driftfield studio`. */
export const studioCommand = operation("studio", "Serves the studio, a web app, on this machine until Ctrl-C.", {
  port: option(integer(0, 65535), { help: "the port on 127.0.0.1; 0: any free one", example: "4123", default: 4123 }),
  json: jsonField,
});
