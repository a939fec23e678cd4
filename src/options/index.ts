// options: every option of every operation, once. Flags, JSON, links, help and errors come from these tables.
export { embedCommand, classifyCommand } from "./clip.ts";
export { benchCommand, inspectCommand, verifyCommand } from "./checks.ts";
export { claimsCommand, evalCommand } from "./eval.ts";
export { type Flags, fromFlags, fromLink, fromWire, toArgv, toLink, toWire } from "./forms.ts";
export {
  generate,
  generateCommand,
  type GenerateRequest,
  generateWithModel,
  loading,
  loadingClip,
  MAX_COUNT,
  MAX_SEED,
  requestFields,
  samplerNames,
} from "./generate.ts";
export { flagName, type Form, kebabCase, nameIn, snakeCase, wireName } from "./names.ts";
export type { Field, Fields, Operation, RequestOf } from "./operation.ts";
export { studioCommand } from "./studio.ts";
export { sampleCommand } from "./sample.ts";
export { suggestion } from "./suggest.ts";
export { MAX_STRIP, sweepCommand, sweptFields } from "./sweep.ts";
export { dataCommand, trainCommand } from "./train.ts";
export { invalidOption, show, unknownOption, validate } from "./validate.ts";
export { metadataFromJson, metadataToJson, type PictureMetadata, type PictureRequest } from "./metadata.ts";
