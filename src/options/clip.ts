// The questions that CLIP answers.
import { jsonField, loadFields, variantField } from "./generate.ts";
import { label, list, text } from "./kinds.ts";
import { operation, required } from "./operation.ts";

const clipFields = {
  ...loadFields,
  model: { ...loadFields.model, default: "clip", example: "clip" },
  variant: variantField,
};

/** The command `driftfield embed`. */
export const embedCommand = operation("embed", "Turns texts and pictures into vectors, and compares them.", {
  inputs: required(list(text(), { split: false }), {
    position: "many",
    help: "texts, and names of PNG files",
    example: '"a cat" cat.png',
  }),
  ...clipFields,
  json: jsonField,
});

/** The command `driftfield classify`. */
export const classifyCommand = operation("classify", "Says which of your labels fits a picture, without training.", {
  files: required(list(text(), { split: false }), {
    position: "many",
    help: "PNG files",
    example: "cat.png --labels cat,dog",
  }),
  labels: required(list(label(), { min: 1 }), { help: "the labels to choose from", example: "cat,dog,rocket" }),
  ...clipFields,
  json: jsonField,
});
