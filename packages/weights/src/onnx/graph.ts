import type { Region } from './data-file.ts';
import { bytes, concatenate, float, integer, message, text, type Bytes } from './protobuf.ts';

/** Element types by the numbers of `onnx.TensorProto.DataType`. */
const elementTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, boolean: 9 } as const;
export type ElementType = keyof typeof elementTypes;

/** A number is a fixed length, a string names a length that callers choose. */
export type Dimension = number | string;
export type Attributes = Readonly<Record<string, number | readonly number[] | { float: number } | { branch: Branch }>>;

interface Node {
  type: string;
  domain: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Attributes;
}

/** Operations that run only if an `If` chooses them. They see every value of the graph around them. */
export interface Branch {
  nodes: readonly Node[];
  result: string;
}

/** An ONNX graph under construction. Values are known by their names. */
export interface Graph {
  input(name: string, type: ElementType, dimensions: readonly Dimension[]): string;
  /** Hands out a value of the graph under a name of its own. */
  output(name: string, type: ElementType, dimensions: readonly Dimension[], value: string): void;
  /** Adds an operation and returns the name of its first result. `op` may carry a domain: `com.microsoft:Name`. */
  node(op: string, inputs: readonly string[], options?: { attributes?: Attributes; outputs?: readonly string[] }): string;
  /** Collects what `build` adds to the graph as a branch, whose value is what it returns. */
  branch(build: () => string): Branch;
  /** A tensor that lies in the data file. Adding the same name again changes nothing. */
  weight(name: string, type: ElementType, dimensions: readonly number[], region: Region): string;
  /** A small tensor of integers, kept in the graph itself; equal ones are kept once. */
  constant(type: 'int32' | 'int64', values: readonly number[], dimensions?: readonly number[]): string;
  floatConstant(value: number): string;
  encode(): Bytes;
}

// Field numbers below are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
export function createGraph(name: string, dataFileName: string): Graph {
  let nodes: Node[] = [];
  let count = 0;
  const outputNames = new Map<string, string>();
  const initializers = new Map<string, Bytes>();
  const inputs: Bytes[] = [];
  const outputs: Bytes[] = [];

  function keep(key: string, encodeTensor: () => Bytes): string {
    if (!initializers.has(key)) initializers.set(key, encodeTensor());
    return key;
  }

  return {
    input(valueName, type, dimensions) {
      inputs.push(valueInfo(11, valueName, type, dimensions));
      return valueName;
    },
    output(outputName, type, dimensions, value) {
      // The value itself takes the new name when the graph is written: an operation that only renames would copy.
      outputNames.set(value, outputName);
      outputs.push(valueInfo(12, outputName, type, dimensions));
    },
    node(op, nodeInputs, options = {}) {
      const [domain, type] = op.includes(':') ? (op.split(':') as [string, string]) : ['', op];
      const results = options.outputs ?? [`${type}.${count}`];
      count++;
      nodes.push({ type, domain, inputs: nodeInputs, outputs: results, attributes: options.attributes ?? {} });
      return results[0]!;
    },
    branch(build) {
      const around = nodes;
      nodes = [];
      const result = build();
      const branch = { nodes, result };
      nodes = around;
      return branch;
    },
    weight(key, type, dimensions, region) {
      return keep(key, () =>
        message(5, [
          ...dimensions.map((dimension) => integer(1, dimension)),
          integer(2, elementTypes[type]),
          text(8, key),
          pair('location', dataFileName),
          pair('offset', String(region.offset)),
          pair('length', String(region.bytes)),
          integer(14, 1), // data_location = EXTERNAL
        ]),
      );
    },
    constant(type, values, dimensions = [values.length]) {
      const key = `${type}[${dimensions.join()}]=${values.join()}`;
      const raw = type === 'int64' ? BigInt64Array.from(values.map(BigInt)) : Int32Array.from(values);
      return keep(key, () => inlineTensor(key, type, dimensions, new Uint8Array(raw.buffer)));
    },
    floatConstant(value) {
      const key = `float=${value}`;
      return keep(key, () => inlineTensor(key, 'float32', [], new Uint8Array(Float32Array.of(value).buffer)));
    },
    encode() {
      const finalName = (value: string): string => outputNames.get(value) ?? value;
      const encodeNode = (node: Node): Bytes =>
        message(1, [
          ...node.inputs.map((input) => text(1, finalName(input))),
          ...node.outputs.map((output) => text(2, finalName(output))),
          text(3, node.outputs[0]!),
          text(4, node.type),
          ...Object.entries(node.attributes).map(([key, value]) => (typeof value === 'object' && 'branch' in value ? encodeBranch(key, value.branch) : attribute(key, value))),
          text(7, node.domain),
        ]);
      const encodeBranch = (key: string, { nodes: inside, result }: Branch): Bytes =>
        message(5, [text(1, key), message(6, [...inside.map(encodeNode), text(2, key), branchOutput(finalName(result))]), integer(20, 5)]);
      return concatenate([
        integer(1, 10), // IR version 10, the one of ONNX 1.17
        text(2, 'glm-tasks'),
        message(7, [...nodes.map(encodeNode), text(2, name), ...initializers.values(), ...inputs, ...outputs]),
        message(8, [text(1, ''), integer(2, 21)]),
        message(8, [text(1, 'com.microsoft'), integer(2, 1)]),
      ]);
    },
  };
}

function valueInfo(field: number, name: string, type: ElementType, dimensions: readonly Dimension[]): Bytes {
  const shape = dimensions.map((dimension) =>
    message(1, [typeof dimension === 'number' ? integer(1, dimension) : text(2, dimension)]),
  );
  const tensorType = message(1, [integer(1, elementTypes[type]), message(2, shape)]);
  return message(field, [text(1, name), message(2, [tensorType])]);
}

/** Its shape depends on the branch taken. */
function branchOutput(valueName: string): Bytes {
  return message(12, [text(1, valueName), message(2, [message(1, [integer(1, elementTypes.float32)])])]);
}

function attribute(key: string, value: number | readonly number[] | { float: number }): Bytes {
  if (typeof value === 'number') return message(5, [text(1, key), integer(3, value), integer(20, 2)]);
  if ('float' in value) return message(5, [text(1, key), float(2, value.float), integer(20, 1)]);
  return message(5, [text(1, key), ...value.map((number) => integer(8, number)), integer(20, 7)]);
}

function inlineTensor(key: string, type: ElementType, dimensions: readonly number[], raw: Bytes): Bytes {
  return message(5, [
    ...dimensions.map((dimension) => integer(1, dimension)),
    integer(2, elementTypes[type]),
    text(8, key),
    bytes(9, raw),
  ]);
}

function pair(key: string, value: string): Bytes {
  return message(13, [text(1, key), text(2, value)]);
}
