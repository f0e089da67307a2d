import type { Dimension, Graph } from '../onnx/graph.ts';
import type { Value } from './decoder.ts';
import type { DecoderShape } from './shape.ts';

/** The ways in and out of a decoder graph. The network between them is the same for every port. */
export interface GraphPort {
  /** Name of the token ids, int64 [batch, sequence]. */
  tokens: string;
  /** Name of the positions of those tokens in their texts, int64 [batch, sequence]. */
  positions: string;
  /** Attention over what the cache holds and the new tokens. */
  attend(layer: number, query: string, key: string, value: string): string;
  /** The rows whose next token is asked for: the product with the vocabulary is the largest of all. */
  select(hidden: string): string;
  finish(logits: Value): void;
}

/**
 * The port of our engine. The cache is memory of the caller's, with room for `capacity` tokens in each row, of which
 * `seqlens_k + 1` count after this step; so rows of different lengths share a batch. Only the new keys and values
 * come back: returning the whole cache would copy it once for every token.
 */
export function enginePort(graph: Graph, shape: DecoderShape): GraphPort {
  const tokens = graph.input('input_ids', 'int64', ['batch', 'sequence']);
  const positions = graph.input('position_ids', 'int64', ['batch', 'sequence']);
  const lengths = graph.input('seqlens_k', 'int32', ['batch']);
  const longest = graph.input('total_seq', 'int32', []);
  const wanted = graph.input('logit_index', 'int64', ['batch', 'positions', 1]);
  const past = declareCache(graph, shape, 'capacity');
  return {
    tokens,
    positions,
    attend(layer, query, key, value) {
      const width = shape.keyValueHeads * shape.headDimension;
      for (const [kind, name] of [['key', key], ['value', value]] as const) {
        graph.output(`new.${layer}.${kind}`, 'float32', ['batch', 'sequence', width], name);
      }
      const outputs = [`attention.${layer}`, `attention.${layer}.keys`, `attention.${layer}.values`];
      return groupQueryAttention(graph, shape, [query, key, value, ...past[layer]!, lengths, longest], outputs);
    },
    select: (hidden) => graph.node('GatherND', [hidden, wanted], { attributes: { batch_dims: 1 } }),
    finish(logits) {
      finish(graph, logits, ['batch', 'positions']);
      // The first of the likeliest tokens: greedy rows fetch this one number instead of the whole vocabulary.
      const likeliest = graph.node('ArgMax', [logits.name], { attributes: { axis: -1, keepdims: 0 } });
      graph.output('likeliest', 'int64', ['batch', 'positions'], likeliest);
    },
  };
}

/**
 * The port that transformers.js and other tools know: an attention mask in, the whole cache out, rows of one length.
 * Rows shorter than others are padded on the left, which the mask tells.
 */
export function transformersPort(graph: Graph, shape: DecoderShape): GraphPort {
  const tokens = graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  const mask = graph.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
  const positions = graph.input('position_ids', 'int64', ['batch_size', 'sequence_length']);
  const kept = graph.input('num_logits_to_keep', 'int64', []);
  const past = declareCache(graph, shape, 'past_sequence_length', 'batch_size');

  const first = graph.constant('int64', [0]);
  const second = graph.constant('int64', [1]);
  const batch = graph.node('Shape', [mask], { attributes: { start: 0, end: 1 } });
  const total = graph.node('Shape', [mask], { attributes: { start: 1, end: 2 } });
  const longest = graph.node('Cast', [graph.node('Squeeze', [total, first])], { attributes: { to: 6 } });
  const length = graph.node('Sub', [longest, graph.constant('int32', [1], [])]);
  const lengths = graph.node('Expand', [length, batch]);
  // 0 where the mask lets through, -1e9 where it does not: minus infinity would make rows of padding not-a-number.
  const blocked = graph.node('Sub', [graph.node('Cast', [mask], { attributes: { to: 1 } }), graph.floatConstant(1)]);
  const bias = graph.node('Mul', [blocked, graph.floatConstant(1e9)]);
  const sequence = graph.node('Shape', [tokens], { attributes: { start: 1, end: 2 } });
  const rows = graph.node('Concat', [second, second, sequence, second], { attributes: { axis: 0 } });
  const biasOfRows = graph.node('Expand', [graph.node('Unsqueeze', [bias, graph.constant('int64', [1, 2])]), rows]);

  return {
    tokens,
    positions,
    attend(layer, query, key, value) {
      const outputs = [`attention.${layer}`, `present.${layer}.key`, `present.${layer}.value`];
      for (const name of outputs.slice(1)) {
        graph.output(name, 'float32', ['batch_size', shape.keyValueHeads, 'total_sequence_length', shape.headDimension], name);
      }
      return groupQueryAttention(graph, shape, [query, key, value, ...past[layer]!, lengths, longest, '', '', '', biasOfRows], outputs);
    },
    select(hidden) {
      // The last `kept` rows; all of them for 0, since -0 is the beginning.
      const start = graph.node('Unsqueeze', [graph.node('Neg', [kept]), first]);
      return graph.node('Slice', [hidden, start, graph.constant('int64', [Number.MAX_SAFE_INTEGER]), second]);
    },
    finish: (logits) => finish(graph, logits, ['batch_size', 'kept_sequence_length']),
  };
}

function declareCache(graph: Graph, shape: DecoderShape, length: string, batch = 'batch'): string[][] {
  return Array.from({ length: shape.layers }, (_, layer) =>
    ['key', 'value'].map((kind) =>
      graph.input(`past_key_values.${layer}.${kind}`, 'float32', [batch, shape.keyValueHeads, length, shape.headDimension]),
    ),
  );
}

function groupQueryAttention(graph: Graph, shape: DecoderShape, inputs: readonly string[], outputs: readonly string[]): string {
  return graph.node('com.microsoft:GroupQueryAttention', inputs, {
    attributes: {
      num_heads: shape.heads,
      kv_num_heads: shape.keyValueHeads,
      scale: { float: shape.headDimension ** -0.5 },
      do_rotary: 0,
    },
    outputs,
  });
}

function finish(graph: Graph, logits: Value, rows: readonly Dimension[]): void {
  graph.output('logits', 'float32', [...rows, logits.width], logits.name);
}
