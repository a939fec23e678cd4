// server: what Driftfield answers over HTTP. The studio's files, so far.
export { listen, type Listening } from "./listen.ts";
export { staticFiles } from "./static-files.ts";
export { studioFolder, type StudioOptions } from "./studio-files.ts";
