import { Tokenizer as PublishedTokenizer } from '@huggingface/tokenizers';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readGgufCheckpoint } from './formats/gguf-checkpoint.ts';
import { openLlamaReference } from './testing/llama-reference.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { createRandom, createTinyModel } from './testing/tiny-model.ts';
import { writeBytePairs, writeSentencePieces } from './testing/train-vocabulary.ts';

const fragments = [
  'the', ' quick', ' brown', ' foxes', " don't", " WE'LL", "I'm", ' naïve', ' 3', '1234', '56789', '٣٤', '½', '人工智能', '语言模型', '。', '，', '！', ' ', '  ', '    ', '\n', '\n\n', '\r\n', '\t',
  ' ...', '!!', '(x)', '{"a": [1, 2]}', 'f(x)=', '->', '😀', '👩‍👧', '한국어', 'русский', 'ελλ', '_under_', 'Straße', 'philosophy', ' sopwith', '\u00a0', '\u3000',
];
const random = createRandom(11);
const lines = Array.from({ length: 400 }, () => Array.from({ length: 1 + Math.floor(random() * 12) }, () => fragments[Math.floor(random() * fragments.length)]!).join(''));

const sample = `The quick brown fox doesn't jump over the lazy dogs. We'll see what the philosophers say about the 1234 theories.
人工智能语言模型可以总结新闻，也可以回答问题。语言模型是人工智能的一部分，问题在于模型的大小。
function add(a, b) { return a + b; }  // the sum of the two\n\n  if (x) {\n    return { "a": [1, 2, 3] };\n  }
Русский текст и ещё немного русского текста. The theory of the thing is that there is nothing there.`;

const specials = ['<|endoftext|>', '[gMASK]', '<sop>', '<|system|>', '<|user|>', '<|assistant|>', '<|observation|>'];

test.each([
  ['qwen2', 'qwen2'],
  ['chatglm', 'chatglm-bpe'],
  ['glm4', 'glm4'],
  ['llama', 'llama-bpe'],
  ['llama', 'smollm'],
])('a %s file whose words are cut as in %s is read as llama.cpp reads it', async (architecture, method) => {
  const { tokens, merges } = writeBytePairs(sample, 300);
  const all = [...tokens, ...specials];
  await compare(architecture, [
    ['tokenizer.ggml.pre', method],
    ['tokenizer.ggml.tokens', { list: all }],
    ['tokenizer.ggml.token_type', { list: all.map((token) => (specials.includes(token) ? 3 : 1)) }],
    ['tokenizer.ggml.merges', { list: merges }],
    ['tokenizer.ggml.add_bos_token', false],
    ['tokenizer.ggml.eos_token_id', all.indexOf('<|endoftext|>')],
    ['tokenizer.ggml.bos_token_id', all.indexOf('<|endoftext|>')],
  ]);
});

test.each([
  ['llama', true],
  ['llama', false],
  ['chatglm', true],
] as const)('a %s file with the pieces of SentencePiece is read as llama.cpp reads it (mark before the first word: %s)', async (architecture, marksFirst) => {
  const { tokens, scores, kinds } = writeSentencePieces(sample, 300, specials);
  await compare(architecture, [
    ['tokenizer.ggml.model', 'llama'],
    ['tokenizer.ggml.pre', 'default'],
    ['tokenizer.ggml.tokens', { list: tokens }],
    ['tokenizer.ggml.scores', { floats: scores }],
    ['tokenizer.ggml.token_type', { list: kinds }],
    ['tokenizer.ggml.add_space_prefix', marksFirst],
    ['tokenizer.ggml.add_bos_token', false],
    ['tokenizer.ggml.unknown_token_id', 0],
    ['tokenizer.ggml.bos_token_id', 1],
    ['tokenizer.ggml.eos_token_id', 2],
  ]);
});

async function compare(architecture: string, metadata: NonNullable<Parameters<typeof createTinyModel>[0]>['metadata'] & object): Promise<void> {
  const path = join(await temporaryFolder(), 'model.gguf');
  await writeFile(path, createTinyModel({ architecture, metadata, weightless: true }).gguf);
  const { tokenizer } = await readGgufCheckpoint(path);
  const ours = new PublishedTokenizer(tokenizer.json, tokenizer.config);
  const reference = await openLlamaReference(path, { vocabularyOnly: true });
  // @huggingface/tokenizers takes only 0 to 9 for digits where a file asks for single digits, as SmolLM2's does.
  const readable = lines.filter((line) => !String(JSON.stringify(tokenizer.json)).includes('individual_digits') || !/[^\P{N}\d]/u.test(line));
  try {
    const texts = [...readable, ...readable.slice(0, 100).map((line, i) => `${specials[1 + (i % 6)]}${line}${specials[i % 7]}\n${line}`)];
    const different = texts.flatMap((text) => {
      const ids = ours.encode(text, { add_special_tokens: false }).ids;
      const theirs = reference.tokenize(text, { specials: true });
      return String(ids) === String(theirs) ? [] : [{ text, ids, theirs }];
    });
    expect(different).toEqual([]);
  } finally {
    await reference.dispose();
  }
}
