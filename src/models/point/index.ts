// models/point: the little networks of the field lab, which learn where points of the plane lie.
export {
  pointConfig, pointPredictions, type PointConfig, type PointPrediction, type PointSchedule,
} from "./config.ts";
export { exactPointModel, type ExactData } from "./exact.ts";
export { pointGraph } from "./graph.ts";
export { loadPointModel, pointModelFrom } from "./load.ts";
export { asSampled, lastStepShare, pointModel, pointScheduler, type Conditions, type PointModel } from "./model.ts";
export { pointFeatures } from "./network.ts";
export type { Classes, PointNetwork, PointWeights } from "./network.ts";
export { cloudGenerator, type CloudStart } from "./noise.ts";
