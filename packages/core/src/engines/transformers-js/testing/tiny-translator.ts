import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeGraph } from './encode-graph.ts';
import { tokenizerJson, vocabulary } from './tiny-reader.ts';

const size = vocabulary.length;

/**
 * An encoder-decoder model for transformers.js. What it writes follows from the text that it reads: each source token votes for its
 * translation, padding gets the most votes of all, and the end comes when the decoder's own memory holds `length` tokens.
 *
 * @param many whether it is made like NLLB, for many languages
 */
export async function writeTinyTranslator(folder: string, translations: Record<string, string>, length: number, many = false): Promise<void> {
  const id = (token: string): number => vocabulary.indexOf(token);
  const votes = new Float32Array(size * size);
  for (const [from, to] of Object.entries(translations)) votes[id(from) * size + id(to)] = 8;
  const wishes = new Float32Array(size);
  wishes[id('[PAD]')] = 100;
  wishes[id('[SEP]')] = -10 * length;
  const perToken = new Float32Array(size);
  perToken[id('[SEP]')] = 11;
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await writeFile(
    join(folder, 'onnx', 'encoder_model.onnx'),
    encodeGraph({
      inputs: ['input_ids', 'attention_mask'].map((name) => ({ name, type: 'int64', dimensions: 2 })),
      outputs: [{ name: 'last_hidden_state', type: 'float32', dimensions: 3 }],
      nodes: [{ op: 'Gather', inputs: ['votes', 'input_ids'], output: 'last_hidden_state' }],
      tables: [{ name: 'votes', dimensions: [size, size], values: votes }],
    }),
  );
  await writeFile(
    join(folder, 'onnx', 'decoder_model_merged.onnx'),
    encodeGraph({
      inputs: [
        ...['input_ids', 'encoder_attention_mask'].map((name) => ({ name, type: 'int64' as const, dimensions: 2 })),
        { name: 'encoder_hidden_states', type: 'float32', dimensions: 3 },
        { name: 'past_key_values.0.decoder.key', type: 'float32', dimensions: 4 },
      ],
      outputs: [{ name: 'logits', type: 'float32', dimensions: 3 }, { name: 'present.0.decoder.key', type: 'float32', dimensions: 4 }],
      nodes: [
        { op: 'Cast', inputs: ['input_ids'], output: 'numbers', attributes: { to: 1 } },
        { op: 'Unsqueeze', inputs: ['numbers', 'outer'], output: 'memories' },
        { op: 'Concat', inputs: ['past_key_values.0.decoder.key', 'memories'], output: 'present.0.decoder.key', attributes: { axis: 2 } },
        { op: 'Shape', inputs: ['present.0.decoder.key'], output: 'count', attributes: { start: 2, end: 3 } },
        { op: 'Cast', inputs: ['count'], output: 'remembered', attributes: { to: 1 } },
        { op: 'Mul', inputs: ['remembered', 'perToken'], output: 'ending' },
        { op: 'Add', inputs: ['wishes', 'ending'], output: 'own' },
        { op: 'ReduceMean', inputs: ['encoder_hidden_states'], output: 'read', attributes: { axes: [1], keepdims: 1 } },
        { op: 'Gather', inputs: ['nothing', 'input_ids'], output: 'rows' },
        { op: 'Add', inputs: ['read', 'own'], output: 'sum' },
        { op: 'Add', inputs: ['rows', 'sum'], output: 'logits' },
      ],
      tables: [
        { name: 'outer', dimensions: [2], values: BigInt64Array.of(1n, 3n) },
        { name: 'wishes', dimensions: [size], values: wishes },
        { name: 'perToken', dimensions: [size], values: perToken },
        { name: 'nothing', dimensions: [size, size], values: new Float32Array(size * size) },
      ],
    }),
  );
  const shape = { d_model: 1, encoder_layers: 1, decoder_layers: 1, encoder_attention_heads: 1, decoder_attention_heads: 1 };
  const files = {
    'config.json': { architectures: [many ? 'M2M100ForConditionalGeneration' : 'MarianMTModel'], model_type: many ? 'm2m_100' : 'marian', is_encoder_decoder: true, ...shape, max_position_embeddings: 32, vocab_size: size, decoder_start_token_id: 0, pad_token_id: 0, eos_token_id: 3 },
    'generation_config.json': { bad_words_ids: [[0]], decoder_start_token_id: 0, eos_token_id: 3 },
    'tokenizer.json': tokenizerJson(many ? 'eng_Latn' : '[CLS]'),
    'tokenizer_config.json': { tokenizer_class: many ? 'NllbTokenizer' : 'BertTokenizer', additional_special_tokens: ['eng_Latn', 'zho_Hans'], model_max_length: 32, do_lower_case: true, unk_token: '[UNK]', sep_token: '[SEP]', pad_token: '[PAD]', cls_token: '[CLS]' },
  };
  for (const [name, value] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(value));
}
