import type { Graph } from '../onnx/graph.ts';
import type { Value } from './decoder.ts';
import type { EncoderShape } from './encoder-shape.ts';

/** The ways in and out of an encoder graph. */
export interface EncoderPort {
  /** Name of the token ids, int64 [batch, sequence]. Shorter texts are padded at their end. */
  tokens: string;
  /** Name of how many tokens of each text count, int32 [batch]. */
  lengths: string;
  finish(stream: Value): void;
}

/** The port of our engine: one vector of length 1 comes out for each text, so that little has to cross into JavaScript. */
export function embeddingPort(graph: Graph, shape: EncoderShape): EncoderPort {
  const tokens = graph.input('input_ids', 'int64', ['batch', 'sequence']);
  const lengths = graph.input('lengths', 'int32', ['batch']);
  return {
    tokens,
    lengths,
    finish(stream) {
      const pooled = shape.pooling === 'mean' ? sumOfTokens(graph, stream, { tokens, lengths }) : firstToken(graph, stream);
      graph.output('embedding', 'float32', ['batch', stream.width], graph.node('LpNormalization', [pooled], { attributes: { axis: -1, p: 2 } }));
    },
  };
}

/** The port that transformers.js and other tools know: a mask in, a vector for each token out. */
export function hiddenStatePort(graph: Graph): EncoderPort {
  const tokens = graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  const mask = graph.input('attention_mask', 'int64', ['batch_size', 'sequence_length']);
  const lengths = graph.node('Cast', [graph.node('ReduceSum', [mask, graph.constant('int64', [1])], { attributes: { keepdims: 0 } })], { attributes: { to: 6 } });
  return {
    tokens,
    lengths,
    finish: (stream) => graph.output('last_hidden_state', 'float32', ['batch_size', 'sequence_length', stream.width], stream.name),
  };
}

/** Once its length is made 1, the sum is the mean. */
function sumOfTokens(graph: Graph, stream: Value, { tokens, lengths }: { tokens: string; lengths: string }): string {
  const number = (value: number): string => graph.constant('int64', [value], []);
  const sequence = graph.node('Squeeze', [graph.node('Shape', [tokens], { attributes: { start: 1, end: 2 } })]);
  const places = graph.node('Range', [number(0), sequence, number(1)]);
  const ends = graph.node('Unsqueeze', [graph.node('Cast', [lengths], { attributes: { to: 7 } }), graph.constant('int64', [1])]);
  const counts = graph.node('Cast', [graph.node('Less', [places, ends])], { attributes: { to: 1 } });
  const rows = graph.node('Unsqueeze', [counts, graph.constant('int64', [1])]);
  return graph.node('Squeeze', [graph.node('MatMul', [rows, stream.name]), graph.constant('int64', [1])]);
}

function firstToken(graph: Graph, stream: Value): string {
  return graph.node('Gather', [stream.name, graph.constant('int64', [0], [])], { attributes: { axis: 1 } });
}
