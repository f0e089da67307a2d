import { TaskError } from '../errors.ts';
import type { Graph } from '../onnx/graph.ts';
import { sameLayout } from '../quantization/layout.ts';
import type { Matrix, WeightPlan } from '../weight-plan.ts';
import type { GraphPort } from './ports.ts';
import { computeRotaryTable } from './rotary.ts';
import type { DecoderShape } from './shape.ts';

/** What flows through the network: for every token of every text a row of `width` numbers. */
export interface Value {
  name: string;
  width: number;
}

/**
 * The main road of a transformer. Every layer reads it, normalised, and adds what it found out. The last addition is
 * kept open, because adding and normalising is one operation of ONNX Runtime.
 */
export interface ResidualStream {
  read: Value;
  added: Value | undefined;
}

/** The building blocks of a decoder, under the names textbooks give them. Each adds its operations to one graph. */
export interface DecoderBlocks {
  layers: readonly string[];
  inputEmbedding(): ResidualStream;
  /** Root mean square normalisation (https://arxiv.org/abs/1910.07467). */
  normalise(stream: ResidualStream, weight: string): Value;
  /** The same for a branch before it is added (sandwich norm, https://arxiv.org/abs/2105.13290). */
  normaliseBranch(branch: Value, weight: string): Value;
  /** The same for every head by itself, with one weight for all (https://arxiv.org/abs/2010.04245). */
  normaliseHeads(headsOfTokens: Value, weight: string): Value;
  residual(stream: ResidualStream, branch: Value): ResidualStream;
  /** Products of one input with several matrices (plus their biases, where the file has any), as one where they fit. */
  linear(input: Value, ...weights: string[]): Value[];
  /** Query, key and value of a layer, whether the file keeps them as three matrices or as one. */
  queryKeyValue(layer: string, input: Value): [query: Value, key: Value, value: Value];
  /** Gate and up of a layer's feed-forward part, whether the file keeps them as two matrices or stacked as one. */
  gateAndUp(layer: string, input: Value): [gate: Value, up: Value];
  /** Rotary positions (https://arxiv.org/abs/2104.09864), on the first part of every head or on all of it. */
  rotate(headsOfTokens: Value): Value;
  attention(layer: string, query: Value, key: Value, value: Value): Value;
  /** `gate * sigmoid(gate) * up` (SwiGLU, https://arxiv.org/abs/2002.05202). */
  gated(gate: Value, up: Value): Value;
  /** A score for every token of the vocabulary. */
  outputProjection(input: Value): void;
}

export function createDecoderBlocks(graph: Graph, weights: WeightPlan, shape: DecoderShape, port: GraphPort): DecoderBlocks {
  const layers = Array.from({ length: shape.layers }, (_, i) => `blk.${i}`);

  function vector(names: readonly string[], width: number): string {
    const { name, length, values } = weights.vector(names);
    if (length !== width) misfit(name, length, width);
    return graph.weight(name, 'float32', [length], values);
  }

  /** input x matrix^T (+ bias) */
  function product(input: Value, matrix: Matrix, bias: string | undefined): Value {
    const { name, rows, columns, stored } = matrix;
    if (columns !== input.width) misfit(name, columns, input.width);
    if ('values' in stored) {
      const values = graph.weight(name, 'float32', [rows, columns], stored.values);
      const result = graph.node('com.microsoft:FusedMatMul', [input.name, values], { attributes: { transB: 1 } });
      return { name: bias === undefined ? result : graph.node('Add', [result, bias]), width: rows };
    }
    const { bits, block } = stored.layout;
    const codes = graph.weight(`${name}.codes`, 'uint8', [rows, columns / block, (block * bits) / 8], stored.codes);
    const scales = graph.weight(`${name}.scales`, 'float32', [(rows * columns) / block], stored.scales);
    const zeroPoints = stored.zeroPoints && graph.weight(`${name}.zeroPoints`, 'uint8', [(rows * columns) / block], stored.zeroPoints);
    const inputs = [input.name, codes, scales, zeroPoints ?? '', '', bias ?? ''];
    // Level 4: the input is rounded to 8 bits for every block, and whole numbers are multiplied.
    const attributes = { K: columns, N: rows, bits, block_size: block, accuracy_level: 4 };
    return { name: graph.node('com.microsoft:MatMulNBits', inputs, { attributes }), width: rows };
  }

  function linear(input: Value, ...names: string[]): Value[] {
    return groupByStorage(names).flatMap((group) => {
      const matrix = weights.matrix(group.map((name) => `${name}.weight`));
      const biases = group.map((name) => `${name}.bias`);
      const bias = weights.has(biases[0]!) ? vector(biases, matrix.rows) : undefined;
      const result = product(input, matrix, bias);
      if (group.length === 1) return [result];
      return split(result, group, group.map((name) => weights.rowsOf(`${name}.weight`)));
    });
  }

  function split(whole: Value, names: readonly string[], widths: readonly number[]): Value[] {
    const sum = widths.reduce((total, width) => total + width, 0);
    if (whole.width !== sum) misfit(names.join('+'), whole.width, sum);
    const outputs = names.map((name) => `${name}.output`);
    graph.node('Split', [whole.name, graph.constant('int64', widths)], { attributes: { axis: -1 }, outputs });
    return outputs.map((name, i) => ({ name, width: widths[i]! }));
  }

  /** Neighbours in the list that can be stacked into one matrix. */
  function groupByStorage(names: readonly string[]): string[][] {
    const groups: string[][] = [];
    for (const name of names) {
      const last = groups.at(-1);
      if (last !== undefined && alike(last[0]!, name)) last.push(name);
      else groups.push([name]);
    }
    return groups;
  }

  function alike(a: string, b: string): boolean {
    const first = weights.layoutOf(`${a}.weight`);
    const second = weights.layoutOf(`${b}.weight`);
    const sameStorage = first === undefined || second === undefined ? first === second : sameLayout(first, second);
    return sameStorage && weights.has(`${a}.bias`) === weights.has(`${b}.bias`);
  }

  function rootMeanSquare(input: string, name: string, width: number): string {
    const attributes = { epsilon: { float: shape.normalisationEpsilon }, axis: -1, stash_type: 1 };
    return graph.node('SimplifiedLayerNormalization', [input, vector([`${name}.weight`], width)], { attributes });
  }

  function rotaryTable(name: 'cos' | 'sin'): string {
    const half = shape.rotaryDimension / 2;
    const region = weights.table(`rotary.${name}`, shape.contextLength * half, () => computeRotaryTable(Math[name], shape));
    return graph.weight(`rotary.${name}`, 'float32', [shape.contextLength, half], region);
  }

  function scaled(value: Value, factor = 1): Value {
    return factor === 1 ? value : { name: graph.node('Mul', [value.name, graph.floatConstant(factor)]), width: value.width };
  }

  return {
    layers,
    inputEmbedding() {
      const matrix = weights.matrix(['token_embd.weight']);
      if (matrix.columns !== shape.hidden) misfit(matrix.name, matrix.columns, shape.hidden);
      return { read: scaled({ name: lookUp(graph, matrix, port.tokens), width: shape.hidden }, shape.scales?.embedding), added: undefined };
    },
    normalise(stream, name) {
      if (stream.added === undefined) return { name: rootMeanSquare(stream.read.name, name, stream.read.width), width: stream.read.width };
      const weight = vector([`${name}.weight`], stream.read.width);
      const epsilon = { float: shape.normalisationEpsilon };
      const outputs = [`${name}.output`, '', '', `${name}.stream`];
      graph.node('com.microsoft:SkipSimplifiedLayerNormalization', [stream.read.name, stream.added.name, weight], { attributes: { epsilon }, outputs });
      stream.read = { name: `${name}.stream`, width: stream.read.width };
      stream.added = undefined;
      return { name: `${name}.output`, width: stream.read.width };
    },
    normaliseBranch: (branch, name) => ({ name: rootMeanSquare(branch.name, name, branch.width), width: branch.width }),
    normaliseHeads(heads, name) {
      const { headDimension } = shape;
      const apart = graph.node('Reshape', [heads.name, graph.constant('int64', [0, 0, heads.width / headDimension, headDimension])]);
      const normal = rootMeanSquare(apart, name, headDimension);
      return { name: graph.node('Reshape', [normal, graph.constant('int64', [0, 0, heads.width])]), width: heads.width };
    },
    residual(stream, branch) {
      if (branch.width !== stream.read.width) misfit(branch.name, branch.width, stream.read.width);
      if (stream.added !== undefined) throw new Error('a residual stream is normalised before something is added again');
      return { read: stream.read, added: scaled(branch, shape.scales?.residual) };
    },
    linear,
    queryKeyValue(layer, input) {
      const names = ['attn_q', 'attn_k', 'attn_v'].map((part) => `${layer}.${part}`);
      const stacked = `${layer}.attn_qkv`;
      const counts = [shape.heads, shape.keyValueHeads, shape.keyValueHeads];
      const [query, key, value] = weights.has(`${stacked}.weight`)
        ? split(linear(input, stacked)[0]!, names, counts.map((count) => count * shape.headDimension))
        : linear(input, ...names);
      return [query!, key!, value!];
    },
    gateAndUp(layer, input) {
      const names = ['ffn_gate', 'ffn_up'].map((part) => `${layer}.${part}`);
      if (weights.has(`${names[0]}.weight`)) return [linear(input, names[0]!)[0]!, linear(input, names[1]!)[0]!];
      const [both] = linear(input, names[1]!);
      const [gate, up] = split(both!, [`${layer}.gate`, `${layer}.up`], [Math.floor(both!.width / 2), Math.floor(both!.width / 2)]);
      return [gate!, up!];
    },
    rotate(heads) {
      const inputs = [heads.name, port.positions, rotaryTable('cos'), rotaryTable('sin')];
      const { headDimension, rotaryDimension, rotaryPairs } = shape;
      // From the width of the table alone the operation takes all of a head to turn.
      const part = rotaryDimension === headDimension ? {} : { num_heads: heads.width / headDimension, rotary_embedding_dim: rotaryDimension };
      const attributes = { interleaved: rotaryPairs === 'neighbours' ? 1 : 0, ...part };
      return { name: graph.node('com.microsoft:RotaryEmbedding', inputs, { attributes }), width: heads.width };
    },
    attention(layer, query, key, value) {
      const widthOf = (heads: number): number => heads * shape.headDimension;
      if (query.width !== widthOf(shape.heads)) misfit(`${layer}.attn_q`, query.width, widthOf(shape.heads));
      if (key.width !== widthOf(shape.keyValueHeads)) misfit(`${layer}.attn_k`, key.width, widthOf(shape.keyValueHeads));
      if (value.width !== key.width) misfit(`${layer}.attn_v`, value.width, key.width);
      return { name: port.attend(layers.indexOf(layer), query.name, key.name, value.name), width: query.width };
    },
    gated(gate, up) {
      if (gate.width !== up.width) misfit(up.name, up.width, gate.width);
      const activated = graph.node('com.microsoft:QuickGelu', [gate.name], { attributes: { alpha: { float: 1 } } });
      return { name: graph.node('Mul', [activated, up.name]), width: up.width };
    },
    outputProjection(input) {
      // Small models use one table both ways: to read tokens and to score them.
      const name = weights.has('output.weight') ? 'output.weight' : 'token_embd.weight';
      const selected = scaled({ name: port.select(input.name), width: input.width }, shape.scales?.output);
      port.finish(product(selected, weights.matrix([name]), undefined));
    },
  };
}

/** Rows of a matrix by token id. */
function lookUp(graph: Graph, { name, rows, columns, stored }: Matrix, ids: string): string {
  if ('values' in stored) return graph.node('Gather', [graph.weight(name, 'float32', [rows, columns], stored.values), ids]);
  const { bits, block } = stored.layout;
  const codes = graph.weight(`${name}.table`, 'uint8', [rows, (columns * bits) / 8], stored.codes);
  const scales = graph.weight(`${name}.table.scales`, 'float32', [rows, columns / block], stored.scales);
  const attributes = { bits, block_size: block, gather_axis: 0, quantize_axis: 1 };
  const zeroPoints = stored.zeroPoints && graph.weight(`${name}.table.zeroPoints`, 'uint8', [rows, columns / block], stored.zeroPoints);
  const inputs = [codes, ids, scales, ...(zeroPoints === undefined ? [] : [zeroPoints])];
  return graph.node('com.microsoft:GatherBlockQuantized', inputs, { attributes });
}

function misfit(name: string, actual: number, expected: number): never {
  throw new TaskError('invalid_model_file', `${name} is ${actual} wide where the model's own numbers ask for ${expected}. Fetch the file again.`, {
    details: { name, actual, expected },
  });
}
