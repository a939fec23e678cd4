// `driftfield data`: builds a training set from the packages that hold its art.
import { join } from "node:path";
import { throwIfAborted } from "../core/index.ts";
import { buildCompositions, buildEmoji, buildFaces, buildJudgeFaces } from "../data/build/index.ts";
import type { dataCommand } from "../options/index.ts";
import type { Run } from "./commands.ts";

const builders = {
  emoji: buildEmoji,
  faces: buildFaces,
  compose: buildCompositions,
  "judge-faces": buildJudgeFaces,
};

export const run: Run<typeof dataCommand.fields> = async ({ preset, out = join("data", preset), json }, context) => {
  const { signal, onProgress } = context;
  const index = await builders[preset]({ out, signal, onProgress });
  throwIfAborted(signal);
  context.print(json ? JSON.stringify({ path: out, ...index }) : out);
};
