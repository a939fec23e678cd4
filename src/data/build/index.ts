// data/build: makes the training sets from their packages (datasets/package.json).
export { buildEmoji, type BuildOptions } from "./emoji.ts";
export { buildCompositions } from "./compose/index.ts";
export { buildFaces, buildJudgeFaces } from "./faces/index.ts";
export { packagesInstalled } from "./packages.ts";
