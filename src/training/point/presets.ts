// The point models that train by name, and what may be changed about them.
import { DriftfieldError } from "../../core/index.ts";
import { shapeNamed, type PointSet } from "../../data/shapes/index.ts";
import type { PointConfig } from "../../models/point/index.ts";
import { pointConfigs, pointRecipe, referenceRecipe, type PointRecipe } from "./recipe.ts";

export const pointPresetNames = ["spiral", "classes", "spiral-flow"] as const;
export type PointPreset = (typeof pointPresetNames)[number];

export const pointTargets = ["edm", "epsilon", "last_step", "flow"] as const;
/** What the network is trained to say: see `PointPrediction`. */
export type PointTarget = (typeof pointTargets)[number];

export type PointChoices = {
  /** "spiral" (without classes), "classes" (three of them, told to the network), "spiral-flow" (flow matching). */
  preset?: PointPreset;
  /** A shape by name, or points of one's own: the preset's by default. With classes, "classes" learns those. */
  data?: string | PointSet;
  target?: PointTarget;
  /** smalldiffusion's own settings, and its target (epsilon) unless `target` says otherwise. */
  reference?: boolean;
  /** False: the network isn't told the noise level (the ablation). */
  timeInput?: boolean;
  /** Single settings of the recipe. */
  recipe?: Partial<PointRecipe>;
};

/** What the choices come down to: the network, the data and the recipe. @throws DriftfieldError "invalid_option" */
export function chosenPoints(choices: PointChoices): { config: PointConfig; data: PointSet; recipe: PointRecipe } {
  const { preset = "spiral", reference = false, timeInput = true } = choices;
  const data = typeof choices.data === "object" ? choices.data : shapeNamed(choices.data ?? defaultShape(preset));
  const target = choices.target ?? (preset === "spiral-flow" ? "flow" : reference ? "epsilon" : "edm");
  const { classes, classNames = [] } = data;
  if (preset === "classes" && classes === undefined) throw withoutClasses(data.name);
  const size = preset === "classes" ? Math.max(classNames.length, ...classes!.map((label) => label + 1)) : 0;
  return {
    config: {
      ...pointConfigs[target],
      time_input: timeInput,
      sigma_data: deviationOf(data.points.data),
      ...(size > 0 && { _class_name: "ConditionalMLP", num_classes: size, cond_dim: 4, class_names: classNames }),
    },
    data,
    recipe: { ...(reference ? referenceRecipe : pointRecipe), ...choices.recipe },
  };
}

const defaultShape = (preset: PointPreset): string => (preset === "classes" ? "classes" : "spiral");

/** The root of the mean square of all coordinates, to three digits: what EDM calls the data's deviation. */
function deviationOf(points: Float32Array): number {
  const mean = points.reduce((total, value) => total + value * value, 0) / points.length;
  return Math.max(0.05, Number(Math.sqrt(mean).toPrecision(3)));
}

function withoutClasses(name: string): DriftfieldError {
  return new DriftfieldError("invalid_option", `the data set ${name} has no classes to learn`, {
    path: "data",
    received: name,
    expected: "data with a class for each point",
    hint: "Take the shape classes, or the preset spiral, which learns without classes.",
  });
}
