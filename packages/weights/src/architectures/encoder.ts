import { TaskError } from '../errors.ts';
import type { Graph } from '../onnx/graph.ts';
import type { Matrix } from '../weight-plan.ts';
import type { Value } from './decoder.ts';
import type { EncoderPort } from './encoder-ports.ts';
import type { EncoderShape } from './encoder-shape.ts';

/** What an encoder is built from; each asks for a tensor by its name in the checkpoint. */
export interface EncoderWeights {
  /** Outputs by inputs, as floats or as codes. */
  matrix(name: string): Matrix;
  vector(name: string): { name: string; length: number; values: { offset: number; bytes: number } };
  /** A table of floats: a row for every token, or for every position. */
  table(name: string): Matrix;
}

/** The building blocks of an encoder, under the names textbooks give them. */
export interface EncoderBlocks {
  layers: readonly string[];
  /** Of each token: what it is and where it stands. */
  inputEmbedding(): Value;
  linear(input: Value, name: string): Value;
  /** Every token looks at every other of its text. */
  attention(query: Value, key: Value, value: Value): Value;
  addAndNormalise(stream: Value, branch: Value, name: string): Value;
  activate(input: Value): Value;
}

export const positionTable = 'embeddings.positions';

export function createEncoderBlocks(graph: Graph, weights: EncoderWeights, shape: EncoderShape, port: EncoderPort): EncoderBlocks {
  function vector(name: string, width: number): string {
    const { length, values } = weights.vector(name);
    if (length !== width) misfit(name, length, width);
    return graph.weight(name, 'float32', [length], values);
  }

  function table(name: string, width: number): string {
    const { rows, columns, stored } = weights.table(name);
    if (columns !== width) misfit(name, columns, width);
    if (!('values' in stored)) throw new Error(`the table ${name} is looked up by rows of floats`);
    return graph.weight(name, 'float32', [rows, columns], stored.values);
  }

  function normalise({ name: input, width }: Value, name: string): Value {
    const inputs = [input, ...['weight', 'bias'].map((part) => vector(`${name}.${part}`, width))];
    const attributes = { axis: -1, epsilon: { float: shape.normalisationEpsilon } };
    return { name: graph.node('LayerNormalization', inputs, { attributes }), width };
  }

  return {
    layers: Array.from({ length: shape.layers }, (_, layer) => `encoder.layer.${layer}`),
    inputEmbedding() {
      const words = graph.node('Gather', [table('embeddings.word_embeddings.weight', shape.hidden), port.tokens]);
      const length = graph.node('Shape', [port.tokens], { attributes: { start: 1, end: 2 } });
      const positions = graph.node('Slice', [table(positionTable, shape.hidden), graph.constant('int64', [0]), length, graph.constant('int64', [0])]);
      return normalise({ name: graph.node('Add', [words, positions]), width: shape.hidden }, 'embeddings.LayerNorm');
    },
    linear(input, name) {
      const matrix = weights.matrix(`${name}.weight`);
      if (matrix.columns !== input.width) misfit(matrix.name, matrix.columns, input.width);
      const bias = vector(`${name}.bias`, matrix.rows);
      return { name: product(graph, input.name, matrix, bias), width: matrix.rows };
    },
    attention(query, key, value) {
      for (const { name, width } of [query, key, value]) if (width !== shape.hidden) misfit(name, width, shape.hidden);
      const inputs = [query.name, key.name, value.name, '', port.lengths];
      return { name: graph.node('com.microsoft:MultiHeadAttention', inputs, { attributes: { num_heads: shape.heads } }), width: shape.hidden };
    },
    addAndNormalise(stream, branch, name) {
      if (branch.width !== stream.width) misfit(name, branch.width, stream.width);
      // Two operations, because ONNX Runtime's single one for both takes four times as long.
      return normalise({ name: graph.node('Add', [stream.name, branch.name]), width: stream.width }, name);
    },
    activate: ({ name, width }) => ({ name: graph.node(shape.activation === 'relu' ? 'Relu' : `com.microsoft:${shape.activation === 'gelu' ? 'Gelu' : 'FastGelu'}`, [name]), width }),
  };
}

/** input x matrix^T + bias */
function product(graph: Graph, input: string, { name, rows, columns, stored }: Matrix, bias: string): string {
  if ('values' in stored) {
    const values = graph.weight(name, 'float32', [rows, columns], stored.values);
    return graph.node('Add', [graph.node('com.microsoft:FusedMatMul', [input, values], { attributes: { transB: 1 } }), bias]);
  }
  const { bits, block } = stored.layout;
  const codes = graph.weight(`${name}.codes`, 'uint8', [rows, columns / block, (block * bits) / 8], stored.codes);
  const scales = graph.weight(`${name}.scales`, 'float32', [(rows * columns) / block], stored.scales);
  // Level 4: the input is rounded to 8 bits for every block, and whole numbers are multiplied.
  const attributes = { K: columns, N: rows, bits, block_size: block, accuracy_level: 4 };
  return graph.node('com.microsoft:MatMulNBits', [input, codes, scales, '', '', bias], { attributes });
}

function misfit(name: string, actual: number, expected: number): never {
  throw new TaskError('invalid_model_file', `${name} is ${actual} wide where config.json asks for ${expected}. Fetch the model again.`, {
    details: { name, actual, expected },
  });
}
