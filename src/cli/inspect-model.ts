// `driftfield inspect <folder>`: what a model is made of, how much memory it takes, and what it lacks, as JSON or as a
// table for people.
import { type ModelReport, reportModel } from "./model-report.ts";
import { textTable } from "./table.ts";

/** Bytes of `parameters` at each precision. */
const memoryOf = (parameters: number) => ({ float32: parameters * 4, float16: parameters * 2, int8: parameters });

/** Most names that a line of the table shows of one kind. */
const SHOWN = 8;

/** The report of a folder, and of a `variant` of its weights. Throws as `reportModel` does. */
export async function inspectModel(folder: string, json: boolean, variant?: string): Promise<string> {
  const report = await reportModel(folder, variant);
  const components = report.components.map((component) => ({ ...component, memory: memoryOf(component.parameters) }));
  const parameters = components.reduce((sum, component) => sum + component.parameters, 0);
  if (json) return JSON.stringify({ path: folder, ...report, components, parameters, memory: memoryOf(parameters) });
  return asText(folder, { ...report, components }, parameters);
}

type WithMemory = Omit<ModelReport, "components"> & {
  components: readonly (ModelReport["components"][number] & { memory: ReturnType<typeof memoryOf> })[];
};

function asText(folder: string, report: WithMemory, parameters: number): string {
  const { components, missing, wrong, superfluous, notes } = report;
  const rows = components.map(({ name, tensors, parameters: own, dtypes, bytes, memory, variant }) => [
    name,
    String(tensors),
    own.toLocaleString("en"),
    Object.keys(dtypes).join(", ") + (variant === "" ? "" : ` (${variant})`),
    ...[bytes, ...Object.values(memory)].map(megabytes),
  ]);
  const heads = ["component", "tensors", "parameters", "stored as", "size", ...Object.keys(memoryOf(0))];
  const sizes = Object.entries(memoryOf(parameters)).map(([name, bytes]) => `${name} ${megabytes(bytes)}`);
  const largest = Math.max(...components.map(({ memory }) => memory.float32));
  return [
    `${folder}: ${report.class ?? "a model"}, ${parameters.toLocaleString("en")} parameters`,
    textTable([heads, ...rows]),
    `memory: ${sizes.join(", ")}; ${megabytes(largest)} with one component at a time (it runs in float32)`,
    `missing: ${listed(missing)}`,
    ...(wrong.length === 0 ? [] : [`wrong: ${listed(wrong)}`]),
    `superfluous: ${listed(superfluous)}`,
    ...notes.map((note) => `note: ${note}`),
  ].join("\n");
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return "nothing";
  const shown = names.slice(0, SHOWN).join(", ");
  return names.length <= SHOWN ? shown : `${shown} and ${names.length - SHOWN} more (--json names all)`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
