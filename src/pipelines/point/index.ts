// driftfield/point: the field lab's engine, in Node and in a page: models of points, and walks of clouds of points.
export {
  asSampled, cloudGenerator, exactPointModel, lastStepShare, loadPointModel, pointConfig, pointModel, pointModelFrom,
  pointPredictions, pointScheduler, type Classes, type CloudStart, type Conditions, type ExactData, type PointConfig,
  type PointModel, type PointNetwork, type PointPrediction, type PointSchedule, type PointWeights,
} from "../../models/point/index.ts";
export { pointsRun, pointSteps, samplePoints, type PointsRequest } from "./sample-points.ts";
export {
  pointPresetNames, pointRecipe, pointTargets, referenceRecipe, trainPoints as train, type PointChoices,
  type PointPreset, type PointRecipe, type PointTarget, type PointTrainRecord, type PointTraining,
} from "../../training/point/index.ts";
