// files: bytes in and out of the house, none of them trusted. Imports core only.
export { assertWritable, writeFileAtomic } from "./atomic.ts";
export { type ComponentWeights, openComponentWeights, openWeightFile } from "./component-weights.ts";
export { blobFolder, diskFolder, httpFolder, type ModelFolder, subFolder } from "./folder.ts";
export { fileSource } from "./file-source.ts";
export { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from "./half.ts";
export { httpSource } from "./http-source.ts";
export { makeFolder } from "./make-folder.ts";
export { readJson, readJsonFrom } from "./json-file.ts";
export { fileInModel, resolveModelFolder } from "./model-folder.ts";
export { readRaw, readSafetensorsHeader, readTensor, verifySafetensors, type SafetensorsFile } from "./safetensors.ts";
export type { SafetensorsDtype, SafetensorsEntry } from "./safetensors-header.ts";
export { encodeSafetensors, writeSafetensors, type TensorToWrite } from "./safetensors-write.ts";
export { withSafetensors } from "./with-safetensors.ts";
export { sha256 } from "./sha256.ts";
export { blobSource, bytesSource, type ByteSource } from "./source.ts";
export { decodePng, encodePng, type PngImage } from "./png.ts";
export { readRequestText, requestText } from "./png-request.ts";
export { shippedFolder } from "./shipped.ts";
