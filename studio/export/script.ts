// The TypeScript that makes a run again, with nothing but the package: what "Export" writes and a test runs in Node.
import { partsOf, type RunRequest } from "../lab/run.ts";
import type { DataSpec, ModelSpec, RunSpec } from "./run-spec.ts";

/** A program for Node that prints {"points":[[x,y],...]}, the run's last points. `address`: where it was seen. */
export function scriptOf({ title, model, request }: RunSpec, address: string): string {
  const shapes = new Set<string>();
  const point = new Set(["samplePoints"]);
  const { steps } = request;
  const lines = [...modelLines(model, shapes, point), ...finerLines(steps, point), ...walkLines(request, point)];
  const imports = [
    ...(model.kind === "shipped" ? ['import { fileURLToPath } from "node:url";'] : []),
    `import { ${[...point].sort().join(", ")} } from "driftfield/point";`,
    ...(shapes.size > 0 ? [`import { ${[...shapes].sort().join(", ")} } from "driftfield/shapes";`] : []),
  ];
  return `// ${title}, as the Driftfield studio showed it: ${address}
// Run it in a folder where the package is installed: npx tsx run.ts
${imports.join("\n")}

${lines.join("\n")}
const points = Array.from({ length: cloud.shape[0] }, (_, i) => [cloud.data[2 * i], cloud.data[2 * i + 1]]);
console.log(JSON.stringify({ points }));
`;
}

/** The walk: in one go, or in parts where it turns to other settings on its way. */
function walkLines(request: RunRequest, point: Set<string>): string[] {
  const parts = partsOf(request, request.steps);
  const options = (settings: object, more = "") => object({ ...settings, numInferenceSteps: request.steps }, more);
  if (request.turns === undefined || request.turns.length === 0) {
    return [`const cloud = await samplePoints(model, ${options(parts[0].settings)});`];
  }
  point.add("pointsRun");
  const { turns: _, steps: __, ...root } = request;
  const lines = [`let { x: places } = pointsRun(model, ${options(root)});`];
  for (const { from, to, settings } of parts) {
    const told = options(settings, `initial: places, startStep: ${from}`);
    if (to === request.steps) {
      lines.push(`const cloud = await samplePoints(model, ${told});`);
      continue;
    }
    point.add("pointSteps");
    lines.push(
      `for await (const { index, next } of pointSteps(model, ${told})) {`,
      "  places = next;",
      `  if (index + 1 === ${to}) break;`,
      "}",
    );
  }
  return lines;
}

function modelLines(model: ModelSpec, shapes: Set<string>, point: Set<string>): string[] {
  switch (model.kind) {
    case "exact": {
      point.add("exactPointModel");
      const schedule = model.flow ? `, ${object({ _class_name: "ScheduleFlow", N: 1000 })}` : "";
      return [...dataLines(model.data, shapes), `const base = exactPointModel(data${schedule});`];
    }
    case "shipped":
      point.add("loadPointModel");
      return [
        `const folder = new URL("../../../models/${model.name}/", import.meta.resolve("driftfield/point"));`,
        "const base = await loadPointModel(fileURLToPath(folder));",
      ];
    case "trained":
      point.add("train");
      return [
        ...dataLines(model.data, shapes),
        "// The page trains by WebAssembly: sums in another order may change the last digits here.",
        "let base;",
        `for await (const record of train({ data: { ...data, name: "studio", curves: [] }, seed: ${model.seed} })) {`,
        `  if (record.step < ${model.step}) continue;`,
        "  base = record.model();",
        "  break;",
        "}",
      ];
  }
}

function dataLines(data: DataSpec, shapes: Set<string>): string[] {
  if ("points" in data) {
    shapes.add("ownPoints");
    return [`const data = ownPoints(${JSON.stringify(data.points)});`];
  }
  const { shape, ...options } = data;
  shapes.add("shapeNamed");
  if (shape !== "letters") return [`const data = shapeNamed(${JSON.stringify(shape)}, ${object(options)});`];
  shapes.delete("shapeNamed");
  shapes.add("letters");
  return [`const data = letters(${object(options)});`];
}

/** More steps than the model's table of noise levels has: a finer one with the same ends. */
function finerLines(steps: number, point: Set<string>): string[] {
  point.add("pointScheduler");
  return [
    `const finer = { ...base.config.schedule, N: ${4 * steps} };`,
    `const fits = ${steps} < base.config.schedule.N || finer._class_name === "ScheduleFlow";`,
    "const model = fits ? base : { ...base, scheduler: pointScheduler(finer) };",
  ];
}

/** An object as code, on one line; `more` is code too. */
function object(value: object, more = ""): string {
  const parts = Object.entries(value).flatMap(([key, part]) =>
    part === undefined ? [] : [`${key}: ${JSON.stringify(part)}`],
  );
  return `{ ${[...parts, ...(more === "" ? [] : [more])].join(", ")} }`;
}
