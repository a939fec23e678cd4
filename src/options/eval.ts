// What measuring is told: the models, and the claims about diffusion itself.
import { jsonField } from "./generate.ts";
import { integer, label, list, number, text } from "./kinds.ts";
import { operation, option } from "./operation.ts";

/** The command `driftfield eval`. */
export const evalCommand = operation(
  "eval",
  "Measures the models, into docs/results.md; what is found is kept when it is stopped.",
  {
    only: option(list(label()), { help: "only these measures", example: "retrieval,frechet", defaultText: "all" }),
    samples: option(integer(2, 1_000_000), {
      help: "at most so many samples a point",
      example: "50",
      defaultText: "each measure's own",
    }),
    minutes: option(number(0.01, 100_000), {
      help: "share so many minutes of generating between the measures",
      example: "15",
      defaultText: "no limit",
    }),
    models: option(text({ placeholder: "<folder>" }), {
      help: "the folder of models",
      example: "models",
      defaultText: "those that ship",
    }),
    judges: option(text({ placeholder: "<folder>" }), {
      help: "the folder of judges: driftfield train judge-clip --export <folder>, and face-judge",
      example: "runs/judges",
      default: "runs/judges",
    }),
    data: option(text({ placeholder: "<folder>" }), {
      help: "the folder of data sets",
      example: "data",
      default: "data",
    }),
    out: option(text({ placeholder: "<folder>" }), {
      help: "where results.json, results.md and sheets/ lie",
      example: "docs",
      default: "docs",
    }),
    batchSize: option(integer(1, 1024), { help: "pictures generated at once", example: "32", default: 32 }),
    json: jsonField,
  },
);

/** The command `driftfield claims`. */
export const claimsCommand = operation(
  "claims",
  "Measures the claims that diffusion as a walk along a field rests on, on data whose truth is known.",
  {
    only: option(list(label()), { help: "only these claims", example: "same-marginal", defaultText: "all" }),
    json: jsonField,
  },
);
