// A walk that must end at the same bits in Node and in a page: weights, noise and the network's arithmetic are exact.
import { sha256 } from "../../src/files/index.ts";
import { pointConfig, pointModel, samplePoints } from "../../src/pipelines/point/index.ts";
import { pointWeightShapes } from "../../src/models/point/config.ts";
import { counterNormal } from "../../src/random/index.ts";

/** sha256 of 300 points after 12 steps with noise. */
export const WALKED = "6ce9de6181f0298eccd4f0971d481ab5b2a8c03bd809df0ffaa872a378c526a1";

export async function walked(): Promise<string> {
  const schedule = { _class_name: "ScheduleLogLinear", N: 100, sigma_min: 0.01, sigma_max: 5 };
  const config = pointConfig({ _class_name: "TimeInputMLP", hidden_dims: [16, 32, 16], schedule });
  const weights = new Map(
    [...pointWeightShapes(config)].map(([name, shape], sample) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = counterNormal({ seed: 7, sample, draw: 0 }, new Float32Array(size));
      return [name, values.map((value) => value / Math.sqrt(shape[shape.length - 1]))] as const;
    }),
  );
  const request = { count: 300, numInferenceSteps: 12, sampler: "accelerated", gamma: 1, mu: 0.5, seed: 3 };
  const { data } = await samplePoints(pointModel(config, weights), request);
  return sha256([new Uint8Array(data.buffer)]);
}
