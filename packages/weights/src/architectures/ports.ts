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
 *
 * Several tokens of one row may be computed `apart`: `seqlens_k` then has a number for each of them, and each is attended
 * as if it had been computed alone. The attention kernel rounds differently for one new token than for several, so this
 * is how guessed tokens are checked without a change of the text (docs/decisions/002-equal-text.md).
 */
export function enginePort(graph: Graph, shape: DecoderShape): GraphPort {
  const tokens = graph.input('input_ids', 'int64', ['batch', 'sequence']);
  const positions = graph.input('position_ids', 'int64', ['batch', 'sequence']);
  const lengths = graph.input('seqlens_k', 'int32', ['attended']);
  const longest = graph.input('total_seq', 'int32', []);
  const wanted = graph.input('logit_index', 'int64', ['batch', 'positions', 1]);
  const apart = graph.input('apart', 'boolean', []);
  const topCount = graph.input('top_count', 'int64', [1]);
  const past = declareCache(graph, shape, 'capacity');
  const filled = graph.node('Cast', [graph.node('Slice', [lengths, graph.constant('int64', [0]), graph.constant('int64', [1])])], { attributes: { to: 7 } });
  return {
    tokens,
    positions,
    attend(layer, query, key, value) {
      const width = shape.keyValueHeads * shape.headDimension;
      for (const [kind, name] of [['key', key], ['value', value]] as const) {
        graph.output(`new.${layer}.${kind}`, 'float32', ['batch', 'sequence', width], name);
      }
      const attended = (...inputs: string[]): string => groupQueryAttention(graph, shape, [...inputs, lengths, longest]);
      const thenBranch = graph.branch(() => {
        const alone = (value: string): string => graph.node('Transpose', [value], { attributes: { perm: [1, 0, 2] } });
        const pasts = past[layer]!.map((cache, index) => spreadPast(graph, shape, { cache, fresh: [key, value][index]!, filled }));
        return alone(attended(alone(query), alone(key), alone(value), ...pasts));
      });
      const elseBranch = graph.branch(() => attended(query, key, value, ...past[layer]!));
      return graph.node('If', [apart], { attributes: { then_branch: { branch: thenBranch }, else_branch: { branch: elseBranch } } });
    },
    select: (hidden) => graph.node('GatherND', [hidden, wanted], { attributes: { batch_dims: 1 } }),
    finish(logits) {
      finish(graph, logits, ['batch', 'positions']);
      // The first of the likeliest tokens: greedy rows fetch this one number instead of the whole vocabulary.
      const likeliest = graph.node('ArgMax', [logits.name], { attributes: { axis: -1, keepdims: 0 } });
      graph.output('likeliest', 'int64', ['batch', 'positions'], likeliest);
      // So many of the likeliest, none for 0: rows held to a form mostly find an allowed token among them.
      graph.node('TopK', [logits.name, topCount], { attributes: { axis: -1 }, outputs: ['TopK.logits', 'TopK.tokens'] });
      graph.output('top.tokens', 'int64', ['batch', 'positions', 'top'], 'TopK.tokens');
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

/** For each new token a row of the cache that holds the past and all new tokens; how far it may look, its length tells. */
function spreadPast(graph: Graph, shape: DecoderShape, { cache, fresh, filled }: { cache: string; fresh: string; filled: string }): string {
  const heads = graph.constant('int64', [0, 0, shape.keyValueHeads, shape.headDimension]);
  const old = graph.node('Slice', [cache, graph.constant('int64', [0]), filled, graph.constant('int64', [2])]);
  const added = graph.node('Transpose', [graph.node('Reshape', [fresh, heads])], { attributes: { perm: [0, 2, 1, 3] } });
  const whole = graph.node('Concat', [old, added], { attributes: { axis: 2 } });
  const count = graph.node('Shape', [fresh], { attributes: { start: 1, end: 2 } });
  const rows = graph.node('Concat', [count, graph.constant('int64', [1, 1, 1])], { attributes: { axis: 0 } });
  return graph.node('Expand', [whole, rows]);
}

function groupQueryAttention(graph: Graph, shape: DecoderShape, inputs: readonly string[], outputs?: readonly string[]): string {
  const name = `attention.${inputs[0]}`;
  return graph.node('com.microsoft:GroupQueryAttention', inputs, {
    attributes: {
      num_heads: shape.heads,
      kv_num_heads: shape.keyValueHeads,
      scale: { float: shape.headDimension ** -0.5 },
      do_rotary: 0,
    },
    outputs: outputs ?? [name, `${name}.keys`, `${name}.values`],
  });
}

function finish(graph: Graph, logits: Value, rows: readonly Dimension[]): void {
  graph.output('logits', 'float32', [...rows, logits.width], logits.name);
}
