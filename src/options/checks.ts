// Looking into files, running a picture's request again, and timing the machine.
import { jsonField, loadFields, variantField } from "./generate.ts";
import { choice, integer, text } from "./kinds.ts";
import { operation, option, required } from "./operation.ts";

/** The command `driftfield inspect`. */
export const inspectCommand = operation(
  "inspect",
  "Shows the request inside a picture, or the parts of a model.",
  {
    path: required(text({ placeholder: "<file or folder>" }), {
      position: "one",
      help: "a PNG that Driftfield made, or a model folder",
      example: "cat.png",
    }),
    as: option(choice(["cli", "json", "link"]), {
      help: "print the picture's request in this form",
      example: "cli",
      defaultText: "a table",
    }),
    variant: variantField,
    json: jsonField,
  },
  [
    ["as", "json"],
    ["as", "variant"],
  ],
);

/** The command `driftfield verify`. */
export const verifyCommand = operation("verify", "Runs a picture's request again and compares the pixels.", {
  file: required(text({ placeholder: "<file.png>" }), {
    position: "one",
    help: "a PNG that Driftfield made",
    example: "cat.png",
  }),
  model: option(text({ placeholder: "<name or folder>" }), {
    help: "the model to run it on",
    example: "emoji",
    defaultText: "the one that the picture names",
  }),
  device: option(loadFields.device.kind, {
    ...loadFields.device,
    default: undefined,
    defaultText: "the one that made it",
  }),
  json: jsonField,
});

/** The command `driftfield bench`. */
export const benchCommand = operation("bench", "Prints the speed table of this machine.", {
  ...loadFields,
  steps: option(integer(1, 1000), { help: "steps that are timed", example: "20", default: 20 }),
  json: jsonField,
});
