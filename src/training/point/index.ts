// training/point: models of points, trained in memory: in Node and in a page.
export { pointPresetNames, pointTargets, type PointChoices, type PointPreset, type PointTarget } from "./presets.ts";
export { pointRecipe, referenceRecipe, type PointRecipe } from "./recipe.ts";
export { trainPoints, type PointTraining, type PointTrainRecord } from "./train-points.ts";
