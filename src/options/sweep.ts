// A strip of pictures: any option of a picture with several values, or several prompts, everything else equal.
import {
  generateCommand,
  jsonField,
  loadFields,
  outField,
  publishedFields,
  requestFields,
  samplingFields,
} from "./generate.ts";
import { list, text } from "./kinds.ts";
import { type Field, operation, required } from "./operation.ts";

/** The most pictures in one strip. */
export const MAX_STRIP = 256;

function several<T>(field: Field<T>, split = true): Field<T[], false> {
  const { default: _, kind, ...rest } = field;
  const defaultText = field.defaultText ?? String(field.default);
  return { ...rest, kind: list(kind, { max: MAX_STRIP, split }), required: false, defaultText };
}

/** The options of a picture that a strip can run over, each with a list of values. */
export const sweptFields = {
  negativePrompt: several(requestFields.negativePrompt, false),
  numInferenceSteps: several(samplingFields.numInferenceSteps),
  guidanceScale: several(samplingFields.guidanceScale),
  guidanceRescale: several(samplingFields.guidanceRescale),
  sampler: several(samplingFields.sampler),
  timestepSpacing: several(samplingFields.timestepSpacing),
  sigmaSchedule: several(samplingFields.sigmaSchedule),
  eta: several(samplingFields.eta),
  noiseScale: several(samplingFields.noiseScale),
  seed: several({
    ...requestFields.seed,
    help: "the same seed makes the same picture",
    defaultText: "one drawn at random, and said",
  }),
};

/** The command `driftfield sweep`. */
export const sweepCommand = operation("sweep", "Makes one strip of pictures over the values of any option.", {
  prompts: required(list(text(), { max: MAX_STRIP, split: false }), {
    position: "many",
    help: "one prompt, or several (a row each)",
    example: '"a cat" --guidance-scale 1,2,4,8',
  }),
  ...sweptFields,
  rng: generateCommand.fields.rng,
  ...loadFields,
  ...publishedFields,
  out: { ...outField, help: "where the strip goes", defaultText: "sweep.png", example: "sweep.png" },
  json: jsonField,
});
