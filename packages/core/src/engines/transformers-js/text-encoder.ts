import type { Tensor } from '@huggingface/transformers';
import { TaskError } from '@glm-tasks/weights';
import { normalise, type TextEncoder } from '../embed-texts.ts';
import type { LoadedModel } from './load-model.ts';
import { encodeText } from './prompt-tokens.ts';

/** An encoder of the Hub. The library's own pipeline cuts long texts without a word and pads a whole call to its longest text. */
export function createTextEncoder({ library, model, tokenizer, contextLength, pooling, name }: LoadedModel): TextEncoder {
  const frame = tokenizer.encode('');
  const [first, last] = frame;
  if (first === undefined || last === undefined || frame.length !== 2) {
    throw new TaskError('unsupported_model', `The tokenizer of "${name}" puts ${frame.length} special tokens around a text; encoders with one before and one behind it are supported.`);
  }
  return {
    first,
    last,
    contextLength,
    encode: (text) => encodeText(tokenizer, text),
    async run(rows) {
      const width = Math.max(...rows.map((row) => row.length));
      const fill = (value: (row: readonly number[], at: number) => number): Tensor =>
        new library.Tensor('int64', BigInt64Array.from(rows.flatMap((row) => Array.from({ length: width }, (_, at) => BigInt(value(row, at))))), [rows.length, width]);
      const outputs = (await model.forward({
        input_ids: fill((row, at) => row[at] ?? tokenizer.pad_token_id ?? 0),
        attention_mask: fill((row, at) => Number(at < row.length)),
        token_type_ids: fill(() => 0),
      })) as Record<string, Tensor>;
      const pooled = outputs['sentence_embedding'];
      const hidden = outputs['last_hidden_state'] ?? outputs['token_embeddings'];
      const values = (pooled ?? hidden)?.to('float32');
      if (values === undefined) throw new TaskError('unsupported_model', `"${name}" gives no vectors: it was not exported for feature extraction.`);
      const dimensions = values.dims.at(-1)!;
      const data = values.data as Float32Array;
      return rows.map((row, index) => {
        if (pooled !== undefined) return normalise(data.slice(index * dimensions, (index + 1) * dimensions));
        const from = index * width * dimensions;
        const tokens = pooling === 'first' ? 1 : row.length;
        return normalise(Float32Array.from({ length: dimensions }, (_, at) => sum(tokens, (token) => data[from + token * dimensions + at]!)));
      });
    },
  };
}

function sum(count: number, value: (index: number) => number): number {
  let total = 0;
  for (let index = 0; index < count; index++) total += value(index);
  return total;
}
