// From symbolic tensors to an ONNX graph: every node once, in the order of their making, for one target.
import { DriftfieldError } from "../../core/index.ts";
import type { DType, Node, Sym } from "../sym.ts";
import type { OnnxAttribute, OnnxGraph, OnnxInitializer, OnnxNode, OnnxValue } from "./model.ts";

/** What will execute the graph; the ONNX nodes that an op becomes may differ by it ("torch": distributed/). */
export type Target = "cpu" | "wasm" | "webgpu" | "torch";

/** Where the values of a parameter come from when the graph is emitted: an input of the run, or a constant. */
export type Binding = "input" | { dtype: DType; content: OnnxInitializer["content"] };

type Scope = { nodes: OnnxNode[]; names: Map<Sym, string>; parent: Scope | null };

/** Collects ONNX nodes while ops write themselves out. */
export class Emitter {
  readonly target: Target;
  readonly bind: (name: string) => Binding;
  readonly inputs: OnnxValue[] = [];
  readonly initializers: OnnxInitializer[] = [];
  #scope: Scope = { nodes: [], names: new Map(), parent: null };
  #constants = new Map<string, string>();
  #claimed = new Set<string>();
  #count = 0;

  constructor(target: Target, bind: (name: string) => Binding) {
    this.target = target;
    this.bind = bind;
  }

  fresh(hint = "v"): string {
    return `${hint}:${this.#count++}`; // no checkpoint's names look like it
  }

  /** Takes a name that the caller chose; throws where it is taken. */
  claim(name: string, what: "inputs" | "parameters"): void {
    if (this.#claimed.has(name)) {
      throw new DriftfieldError("invalid_option", `two ${what} of one graph are named ${name}`, { path: name });
    }
    this.#claimed.add(name);
  }

  /** Adds one ONNX node with `count` outputs and returns their names. */
  nodes(
    opType: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
    { count = 1, domain = "" }: { count?: number; domain?: string } = {},
  ): string[] {
    const outputs = Array.from({ length: count }, () => this.fresh());
    this.#scope.nodes.push({ opType, domain, inputs, outputs, attributes });
    return outputs;
  }

  /** Adds one ONNX node of the standard domain with one output and returns its name. */
  node(opType: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}): string {
    return this.nodes(opType, inputs, attributes)[0];
  }

  /** One node of ONNX Runtime's own operator set. */
  microsoft(opType: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}): string {
    return this.nodes(opType, inputs, attributes, { domain: "com.microsoft" })[0];
  }

  /** A constant list of 64-bit integers (shapes, axes, perms), made once. */
  ints(values: readonly number[], shape: readonly number[] = [values.length]): string {
    const content = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.#constant(`i64:${shape}:${values}`, { dtype: "int64", shape, content });
  }

  /** A float scalar, made once. */
  scalar(value: number): string {
    const content = new Uint8Array(Float32Array.of(value).buffer);
    return this.#constant(`f32:${value}`, { dtype: "float32", shape: [], content });
  }

  #constant(key: string, initializer: Omit<OnnxInitializer, "name">): string {
    let name = this.#constants.get(key);
    if (name === undefined) {
      name = this.initializer(initializer);
      this.#constants.set(key, name);
    }
    return name;
  }

  initializer(initializer: Omit<OnnxInitializer, "name">, name: string = this.fresh("c")): string {
    this.initializers.push({ name, ...initializer });
    return name;
  }

  /** Keeps a parameter that lies in a file as it is stored: optimisers make no copy of it in another order. */
  keepStored(name: string): void {
    const stored = this.initializers.find((initializer) => initializer.name === name);
    if (stored !== undefined && !(stored.content instanceof Uint8Array)) stored.isDefault = true;
  }

  /** The name of a sym that is emitted already, here or in a scope around this one. */
  lookup(sym: Sym): string | undefined {
    for (let scope: Scope | null = this.#scope; scope !== null; scope = scope.parent) {
      const name = scope.names.get(sym);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  define(sym: Sym, name: string): void {
    this.#scope.names.set(sym, name);
  }

  /** Emits what `outputs` depend on and isn't there yet; returns their names. */
  emit(outputs: readonly Sym[]): string[] {
    const done = (node: Node): boolean => this.lookup(node.outputs[0]) !== undefined;
    for (const node of topological(outputs.map((sym) => sym.node), done)) {
      const inputs = node.inputs.map((sym) => this.lookup(sym)!);
      const names = node.op.emit(node, inputs, this);
      node.outputs.forEach((sym, i) => this.define(sym, names[i]));
    }
    return outputs.map((sym) => this.lookup(sym)!);
  }

  /** A graph inside a node (a loop's body): `write` emits into a scope of its own that sees the outer names. */
  subgraph(name: string, inputs: readonly OnnxValue[], write: () => OnnxValue[]): OnnxGraph {
    this.#scope = { nodes: [], names: new Map(), parent: this.#scope };
    const outputs = write();
    const { nodes, parent } = this.#scope;
    this.#scope = parent!;
    return { name, nodes, initializers: [], inputs: [...inputs], outputs };
  }

  get graphNodes(): OnnxNode[] {
    return this.#scope.nodes;
  }
}

/** Nodes that `roots` depend on, inputs before users; nothing behind a node that `stop` accepts. No recursion. */
export function topological(roots: readonly Node[], stop: (node: Node) => boolean = () => false): Node[] {
  const reached = new Set<Node>();
  const stack = roots.filter((node) => !stop(node));
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    for (const input of node.inputs) if (!reached.has(input.node) && !stop(input.node)) stack.push(input.node);
  }
  return [...reached].sort((a, b) => a.id - b.id); // a node is made after its inputs
}

type EmitOptions = { target: Target; bind?: (name: string) => Binding; name?: string };

/** Writes the graph of named outputs. Inputs appear in it under their own names. */
export function emitGraph(outputs: Record<string, Sym>, options: EmitOptions): OnnxGraph {
  const { target, bind = () => "input", name = "driftfield" } = options;
  const emitter = new Emitter(target, bind);
  const entries = Object.entries(outputs);
  const names = emitter.emit(entries.map(([, sym]) => sym));
  const seen = new Set<string>();
  const values = entries.map(([wanted, sym], i): OnnxValue => {
    if (seen.has(wanted)) throw new DriftfieldError("invalid_option", `two outputs are named ${wanted}`);
    if (emitter.inputs.some((input) => input.name === wanted)) {
      throw new DriftfieldError("invalid_option", `an input and an output are both named ${wanted}`, { path: wanted });
    }
    seen.add(wanted);
    emitter.graphNodes.push({ opType: "Identity", domain: "", inputs: [names[i]], outputs: [wanted], attributes: {} });
    return { name: wanted, dtype: sym.dtype, shape: sym.shape };
  });
  const { graphNodes: nodes, initializers, inputs } = emitter;
  const graph = { name, nodes, initializers, inputs, outputs: values };
  return target === "torch" ? withoutUnused(graph) : graph;
}

/** Leaves out what no output needs: the expressions that a kernel stands for. Inputs stay. */
function withoutUnused(graph: OnnxGraph): OnnxGraph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const nodes = graph.nodes.toReversed().filter(({ inputs, outputs }) => {
    const used = outputs.some((output) => needed.has(output));
    if (used) for (const input of inputs) needed.add(input);
    return used;
  });
  const initializers = graph.initializers.filter(({ name }) => needed.has(name));
  return { ...graph, nodes: nodes.toReversed(), initializers };
}
