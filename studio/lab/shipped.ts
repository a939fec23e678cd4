// The models that ship with the studio, as a page fetches them: only what a scene asks for is loaded.
import { DriftfieldError } from "driftfield/core";
import type { Fetcher, ShippedName } from "./source.ts";

const files = import.meta.glob<string>(
  [
    "../../models/{spiral,classes,spiral-flow}/config.json",
    "../../models/{spiral,classes,spiral-flow}/model.safetensors",
  ],
  { query: "?url", import: "default", eager: true },
);

const addressOf = (name: ShippedName, file: string): string | undefined => files[`../../models/${name}/${file}`];

/** Whether `name` came with this build of the studio. */
export function hasShipped(name: ShippedName): boolean {
  return addressOf(name, "config.json") !== undefined && addressOf(name, "model.safetensors") !== undefined;
}

export const fetchShipped: Fetcher = async (name) => {
  const get = async (file: string): Promise<Response> => {
    const answer = await fetch(addressOf(name, file)!);
    if (answer.ok) return answer;
    throw new DriftfieldError("not_found", `the model ${name} can't be fetched (${answer.status})`, {
      path: file,
      hint: "Reload the page; is the server still there?",
    });
  };
  const [config, weights] = await Promise.all([get("config.json"), get("model.safetensors")]);
  return { config: await config.json(), weights: new Uint8Array(await weights.arrayBuffer()) };
};
