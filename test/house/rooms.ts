// The rooms of the house, ground floor first: who may import whom. docs/architecture.md's table is made from this.

export type Room = {
  name: string;
  /** What lives there: one phrase, shown in docs/architecture.md. */
  holds: string;
  /** Rooms above it that it must not import all the same; "*" for all of them. */
  never?: readonly string[];
  /** npm packages that its files may import. */
  packages?: readonly string[];
  /** Whether its files may import Node's own modules. */
  node?: boolean;
};

/** A room imports only from rooms before it in this list, less those in `never`. */
export const rooms: readonly Room[] = [
  { name: "core", holds: "`Tensor`, `DriftfieldError`, progress events: the types that every room speaks" },
  { name: "random", holds: "counter-based noise keyed by (seed, sample, step); PyTorch's CPU generator, bit for bit" },
  {
    name: "diffusion",
    holds: "the mathematics: noise schedules, predictions, samplers, guidance, exact denoisers; typed arrays only",
  },
  { name: "graph", holds: "symbolic tensors, ops with shape and gradient rules, autodiff, ONNX out" },
  {
    name: "files",
    holds: "byte ranges (file, Blob, HTTP), safetensors, tokenizers, checkpoint folders, pictures and clips",
    never: ["diffusion"],
    packages: ["@huggingface/tokenizers", "fast-png", "zod"],
    node: true,
  },
  {
    name: "runtime",
    holds: "compiling a graph for a target, ONNX Runtime in Node and browser, devices, memory",
    packages: ["onnxruntime-node", "onnxruntime-web", "#onnxruntime-wasm"],
    node: true,
  },
  { name: "nn", holds: "layers, parameter trees, optimisers" },
  {
    name: "models",
    holds: "one folder an architecture: a config type, a forward function, the weights' names",
    packages: ["@huggingface/tokenizers", "zod"],
  },
  {
    name: "data",
    holds: "data sets: pictures and clips with captions, 2-D shapes; shards on disk",
    packages: ["zod"],
    node: true,
  },
  {
    name: "training",
    holds: "the training loop (a generator), losses, EMA, checkpoints, presets",
    packages: ["zod"],
    node: true,
  },
  { name: "pipelines", holds: "prompt in, picture or clip out; CLIP questions; image variations" },
  { name: "evaluation", holds: "judges, distances, claims: figures of pictures and of the mathematics", node: true },
  {
    name: "options",
    holds: "one zod schema an operation: flags, HTTP fields, metadata and links come from it",
    never: ["pipelines"],
    packages: ["zod"],
  },
  { name: "server", holds: "HTTP: one file a route", packages: ["zod"], node: true },
  { name: "cli", holds: "the command line: one file a command", packages: ["commander"], node: true },
];
