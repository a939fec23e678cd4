// From files to a point model: config.json and model.safetensors, out of a folder, a page's fetches or picked files.
import {
  bytesSource, fileInModel, readJson, readSafetensorsHeader, readTensor, verifySafetensors, withSafetensors,
  type SafetensorsFile,
} from "../../files/index.ts";
import { pointConfig, pointWeightShapes, type PointConfig } from "./config.ts";
import { pointModel, type PointModel } from "./model.ts";

/**
 * The model in a folder: config.json and model.safetensors (Node). Its weights may be float32, float16 or bfloat16.
 * @throws DriftfieldError "not_found", "invalid_file", "shape_mismatch"
 */
export async function loadPointModel(folder: string): Promise<PointModel> {
  const path = await fileInModel(folder, "config.json");
  const config = pointConfig(await readJson(path), path);
  return withSafetensors(await fileInModel(folder, "model.safetensors"), (file) => fromFile(config, file));
}

/**
 * The same from what a page has fetched: the parsed config.json, and the bytes of model.safetensors.
 * @throws DriftfieldError "invalid_file", "shape_mismatch"
 */
export async function pointModelFrom(config: unknown, weights: Uint8Array): Promise<PointModel> {
  const file = await readSafetensorsHeader(bytesSource(weights, "model.safetensors"));
  await verifySafetensors(file);
  return fromFile(pointConfig(config), file);
}

async function fromFile(config: PointConfig, file: SafetensorsFile): Promise<PointModel> {
  const weights = new Map<string, Float32Array>();
  for (const name of pointWeightShapes(config).keys()) weights.set(name, (await readTensor(file, name)).data);
  return pointModel(config, weights);
}
