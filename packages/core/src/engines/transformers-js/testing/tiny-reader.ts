import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeGraph } from './encode-graph.ts';

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'eng_Latn', 'zho_Hans'];
export const vocabulary = [...specials, ...letters, ...letters.map((letter) => `##${letter}`), ...'.,?!()[]中文猫在睡觉'];

/** How likely an answer begins or ends at a token, whatever stands around it. */
export interface Scores {
  start: Record<string, number>;
  end: Record<string, number>;
}

/** A reader for transformers.js that looks up a score for each token: small, without knowledge, and its answers are known beforehand. */
export async function writeTinyReader(folder: string, { start, end }: Scores, positions = 32): Promise<void> {
  const table = (scores: Record<string, number>): Float32Array => Float32Array.from(vocabulary, (token) => scores[token] ?? 0);
  await writeModel(folder, { start_logits: table(start), end_logits: table(end) }, 'BertForQuestionAnswering', positions);
}

/** An encoder that looks up a vector for each token. */
export async function writeTinyLookup(folder: string, vectorOf: (token: string) => number[], positions = 32): Promise<void> {
  await writeModel(folder, { last_hidden_state: Float32Array.from(vocabulary.flatMap(vectorOf)) }, 'BertModel', positions);
}

async function writeModel(folder: string, tables: Record<string, Float32Array>, architecture: string, positions: number): Promise<void> {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await writeFile(join(folder, 'onnx', 'model.onnx'), encodeModel(tables));
  const files = {
    'config.json': { architectures: [architecture], model_type: 'bert', max_position_embeddings: positions, type_vocab_size: 2, vocab_size: vocabulary.length },
    'tokenizer.json': tokenizerJson(),
    'tokenizer_config.json': { tokenizer_class: 'BertTokenizer', model_max_length: positions, do_lower_case: true, unk_token: '[UNK]', sep_token: '[SEP]', pad_token: '[PAD]', cls_token: '[CLS]' },
  };
  for (const [name, value] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(value));
}

/** WordPiece over single letters, as BERT cuts words. @param first the special token before a text */
export function tokenizerJson(first = '[CLS]'): object {
  const token = (id: string, type_id: number): object => ({ SpecialToken: { id, type_id } });
  const sequence = (id: string, type_id: number): object => ({ Sequence: { id, type_id } });
  return {
    version: '1.0', truncation: null, padding: null,
    added_tokens: specials.map((content, id) => ({ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing', single: [token(first, 0), sequence('A', 0), token('[SEP]', 0)], pair: [token('[CLS]', 0), sequence('A', 0), token('[SEP]', 0), sequence('B', 1), token('[SEP]', 1)],
      special_tokens: Object.fromEntries(specials.map((id, index) => [id, { id, ids: [index], tokens: [id] }])),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: Object.fromEntries(vocabulary.map((text, id) => [text, id])) },
  };
}

/** Each output is Gather(its table, input_ids). */
function encodeModel(tables: Record<string, Float32Array>): Uint8Array {
  const dimensionsOf = (table: Float32Array): number[] => (table.length === vocabulary.length ? [vocabulary.length] : [vocabulary.length, table.length / vocabulary.length]);
  return encodeGraph({
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => ({ name, type: 'int64', dimensions: 2 })),
    outputs: Object.entries(tables).map(([name, table]) => ({ name, type: 'float32', dimensions: 1 + dimensionsOf(table).length })),
    nodes: Object.keys(tables).map((name) => ({ op: 'Gather', inputs: [`${name}.table`, 'input_ids'], output: name })),
    tables: Object.entries(tables).map(([name, values]) => ({ name: `${name}.table`, dimensions: dimensionsOf(values), values })),
  });
}
