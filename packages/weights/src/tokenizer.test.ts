import { Template } from '@huggingface/jinja';
import { Tokenizer as PublishedTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFamily } from './architectures/families.ts';
import { readMetadataOf } from './formats/metadata.ts';
import { readGguf } from './formats/gguf.ts';
import { writeSentencePieces } from './testing/train-vocabulary.ts';
import { createTinyModel, type TinyOptions } from './testing/tiny-model.ts';
import { readTokenizer, type Tokenizer } from './tokenizer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(options: TinyOptions): Promise<Tokenizer> {
  const path = join(folder, 'model.gguf');
  await writeFile(path, createTinyModel({ ...options, weightless: true }).gguf);
  const { metadata } = await readGguf(path);
  return readTokenizer(readMetadataOf('model.gguf', metadata), findFamily(metadata.get('general.architecture') as string));
}

const open = ({ json, config }: Tokenizer): PublishedTokenizer => new PublishedTokenizer(json, config);

describe.each(['qwen2', 'llama'])('the tokenizer of a %s file', (architecture) => {
  it('merges pairs and keeps special tokens whole', async () => {
    const tokenizer = open(await read({ architecture }));
    expect(tokenizer.encode('hello').ids).toEqual([259]);
    expect(tokenizer.encode('<|im_start|>hell<|im_end|>').ids).toEqual([261, 258, 262]);
    expect(tokenizer.encode('').ids).toEqual([]);
  });

  it('gives every text back', async () => {
    const tokenizer = open(await read({ architecture }));
    const text = fc.string({ unit: fc.constantFrom('h', 'e', 'll', 'o', ' ', '\n', '\t', '7', '中', '，', '😀', '👩‍👧', 'é', "'s", '<|im_end|>'), minLength: 1 });
    fc.assert(fc.property(text, (value) => {
      expect(tokenizer.decode(tokenizer.encode(value).ids, { skip_special_tokens: false })).toBe(value);
    }));
  });
});

it('puts a start token first when the file asks for one', async () => {
  const start = await read({ metadata: [['tokenizer.ggml.add_bos_token', true]] });
  expect(start.addBos).toBe(true);
  expect(open(start).encode('hello').ids).toEqual([260, 259]);
  expect(open(start).encode('hello', { add_special_tokens: false }).ids).toEqual([259]);
});

it('carries the chat template, and every special token that ends a turn', async () => {
  const { config, eosTokenIds } = await read({ metadata: [['tokenizer.chat_template', '{{ messages }}']] });
  expect(config).toMatchObject({ chat_template: '{{ messages }}', eos_token: '<|im_end|>', bos_token: '<|endoftext|>' });
  expect(eosTokenIds).toEqual([262, 260]);
});

describe('a GLM file', () => {
  const messages = [{ role: 'user', content: '你好' }];
  const prompt = (tokenizer: Tokenizer): number[] => {
    const { chat_template: template } = tokenizer.config as { chat_template: string };
    return open(tokenizer).encode(new Template(template).render({ messages, add_generation_prompt: true }), { add_special_tokens: false }).ids;
  };
  const glmTokens = createTinyModel({ architecture: 'glm4', weightless: true }).tokens;
  const id = (token: string): number => glmTokens.indexOf(token);

  it.each([
    ['chatglm', undefined],
    ['chatglm', "[gMASK]<sop>{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}{% endfor %}<|assistant|>\n"],
    ['chatglm', 'chatglm4'],
    ['glm4', undefined],
    ['glm4', "[gMASK]<sop>{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}{% endfor %}<|assistant|>\n"],
    ['glm4', "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}{% endfor %}<|assistant|>\n"],
  ])('of %s begins every prompt with its two tokens, whatever its template: %s', async (architecture, template) => {
    const tokenizer = await read({ architecture, metadata: template === undefined ? [] : [['tokenizer.chat_template', template]] });
    const ids = prompt(tokenizer);
    expect(ids.slice(0, 3)).toEqual([id('[gMASK]'), id('<sop>'), id('<|user|>')]);
    if (template === undefined) expect(ids.slice(-2)).toEqual([id('<|assistant|>'), id('Ċ')]);
  });

  it('of GLM-Edge, which was trained without them, keeps its template', async () => {
    const template = "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}{% endfor %}<|assistant|>\n";
    expect(prompt(await read({ architecture: 'chatglm', metadata: [['tokenizer.chat_template', template]] }))[0]).toBe(id('<|user|>'));
  });

  it('ends a text where the next speaker would begin', async () => {
    expect((await read({ architecture: 'glm4' })).eosTokenIds).toEqual([id('<|endoftext|>'), id('<|user|>'), id('<|observation|>')]);
    const declared = await read({ architecture: 'qwen2', metadata: [['tokenizer.ggml.eot_token_id', 261]] });
    expect(declared.eosTokenIds).toEqual([262, 261, 260]);
  });

  it('of ChatGLM3 does not find its control tokens inside words', async () => {
    const specials = ['[gMASK]', 'sop', 'eop', '<|system|>', '<|user|>', '<|assistant|>', '<|observation|>'];
    const { tokens, scores, kinds } = writeSentencePieces('philosophers and their philosophy of sops', 40, specials);
    const tokenizer = await read({
      architecture: 'chatglm',
      metadata: [
        ['tokenizer.ggml.model', 'llama'],
        ['tokenizer.ggml.tokens', { list: tokens }],
        ['tokenizer.ggml.scores', { floats: scores }],
        ['tokenizer.ggml.token_type', { list: kinds }],
        ['tokenizer.ggml.eos_token_id', 2],
        ['tokenizer.ggml.add_bos_token', false],
        ['tokenizer.chat_template', "{% for m in messages %}{% if loop.first %}[gMASK]sop{% endif %}<|{{ m.role }}|>\n {{ m.content }}{% endfor %}<|assistant|>"],
      ],
    });
    expect(prompt(tokenizer).slice(0, 3)).toEqual(['[gMASK]', 'sop', '<|user|>'].map((token) => tokens.indexOf(token)));
    const philosophy = open(tokenizer).encode('philosophy').ids;
    expect(philosophy).not.toContain(tokens.indexOf('sop'));
    expect(open(tokenizer).decode(philosophy)).toBe('philosophy');
    expect(open(tokenizer).decode(open(tokenizer).encode('中文 😀  x\n').ids)).toBe('中文 😀  x\n');
  });
});

it('cuts digits one by one, in both methods', async () => {
  for (const architecture of ['qwen2', 'llama']) {
    expect(open(await read({ architecture })).encode('123').ids).toHaveLength(3);
  }
});
