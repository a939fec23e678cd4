// The files that are made from the code, whole or in part. `npm run generate` writes them; a test finds stale ones.
import { architecture } from "./architecture.ts";
import { capabilities } from "./capabilities.ts";
import { cli } from "./cli.ts";
import { choosing, curvePlots } from "./curves.ts";

export type Generator = {
  /** The file, from the repository's root. */
  path: string;
  /** Its right content. `current` is what the file holds now ("" where there is none). */
  make: (current: string) => string | Promise<string>;
};

export const generators: readonly Generator[] = [
  { path: "docs/architecture.md", make: architecture },
  { path: "docs/cli.md", make: cli },
  { path: "docs/capabilities.md", make: capabilities },
  { path: "docs/choosing-a-sampler.md", make: choosing },
  ...curvePlots,
];
