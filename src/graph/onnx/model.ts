// ONNX's messages as plain objects, and their bytes (field numbers: onnx/onnx.proto, IR version 10).
import type { Dim, Shape } from "../dim.ts";
import type { DType } from "../sym.ts";
import { ProtoWriter } from "./protobuf.ts";

export type OnnxAttribute =
  | number
  | string
  | readonly number[]
  | { float: number }
  | { floats: readonly number[] }
  | { graph: OnnxGraph };
export type OnnxNode = {
  opType: string;
  domain: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Record<string, OnnxAttribute>;
};
/** A constant of the graph: its bytes, or the range of a file that holds them. */
export type OnnxInitializer = {
  name: string;
  dtype: DType;
  shape: readonly number[];
  content: Uint8Array | { location: string; offset: number; length: number };
  /** Listed as an input too, whose default it is: optimisers leave alone what somebody might give. */
  isDefault?: boolean;
};
export type OnnxValue = { name: string; dtype: DType; shape: Shape };
export type OnnxGraph = {
  name: string;
  nodes: OnnxNode[];
  initializers: OnnxInitializer[];
  inputs: OnnxValue[];
  outputs: OnnxValue[];
};

export const elementTypes: Record<DType, number> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
};

const OPSET = 21;
const IR_VERSION = 10;

/** The bytes of an ONNX model file. Integer lists and numbers become ints; floats are marked as such. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  return new ProtoWriter()
    .int(1, IR_VERSION)
    .string(2, "driftfield")
    .message(7, (writer) => writeGraph(writer, graph))
    .message(8, (writer) => writer.string(1, "").int(2, OPSET))
    .message(8, (writer) => writer.string(1, "com.microsoft").int(2, 1))
    .message(8, (writer) => writer.string(1, "driftfield").int(2, 1))
    .finish();
}

function writeGraph(writer: ProtoWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) writer.message(1, (inner) => writeNode(inner, node));
  writer.string(2, graph.name);
  for (const initializer of graph.initializers) writer.message(5, (inner) => writeInitializer(inner, initializer));
  const defaults = graph.initializers.filter(({ isDefault }) => isDefault);
  for (const value of [...graph.inputs, ...defaults]) writer.message(11, (inner) => writeValue(inner, value));
  for (const value of graph.outputs) writer.message(12, (inner) => writeValue(inner, value));
}

function writeNode(writer: ProtoWriter, node: OnnxNode): void {
  for (const name of node.inputs) writer.string(1, name);
  for (const name of node.outputs) writer.string(2, name);
  writer.string(4, node.opType);
  for (const [name, value] of Object.entries(node.attributes)) {
    writer.message(5, (inner) => writeAttribute(inner, name, value));
  }
  if (node.domain !== "") writer.string(7, node.domain);
}

function writeAttribute(writer: ProtoWriter, name: string, value: OnnxAttribute): void {
  writer.string(1, name);
  if (typeof value === "number") writer.int(3, value).int(20, 2);
  else if (typeof value === "string") writer.bytes(4, new TextEncoder().encode(value)).int(20, 3);
  else if ("float" in value) writer.float(2, value.float).int(20, 1);
  else if ("floats" in value) {
    for (const item of value.floats) writer.float(7, item);
    writer.int(20, 6);
  } else if ("graph" in value) writer.message(6, (inner) => writeGraph(inner, value.graph)).int(20, 5);
  else {
    for (const item of value) writer.int(8, item);
    writer.int(20, 7);
  }
}

function writeInitializer(writer: ProtoWriter, { name, dtype, shape, content }: OnnxInitializer): void {
  for (const dim of shape) writer.int(1, dim);
  writer.int(2, elementTypes[dtype]).string(8, name);
  if (content instanceof Uint8Array) {
    writer.bytes(9, content);
    return;
  }
  const entries = { location: content.location, offset: String(content.offset), length: String(content.length) };
  for (const [key, text] of Object.entries(entries)) {
    writer.message(13, (inner) => inner.string(1, key).string(2, text));
  }
  writer.int(14, 1); // data_location = EXTERNAL
}

function writeValue(writer: ProtoWriter, { name, dtype, shape }: OnnxValue): void {
  writer.string(1, name).message(2, (type) =>
    type.message(1, (tensor) =>
      tensor.int(1, elementTypes[dtype]).message(2, (dims) => {
        for (const dim of shape) dims.message(1, (inner) => writeDim(inner, dim));
      }),
    ),
  );
}

function writeDim(writer: ProtoWriter, dim: Dim): void {
  if (typeof dim === "number") writer.int(1, dim);
  else writer.string(2, dim);
}
