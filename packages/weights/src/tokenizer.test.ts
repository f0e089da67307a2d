import { Tokenizer as PublishedTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMetadataOf } from './formats/gguf-metadata.ts';
import { readGguf } from './formats/gguf.ts';
import { createTinyModel, type TinyOptions } from './testing/tiny-model.ts';
import { readTokenizer, type Tokenizer } from './tokenizer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(options: TinyOptions): Promise<Tokenizer> {
  const path = join(folder, 'model.gguf');
  await writeFile(path, createTinyModel(options).gguf);
  return readTokenizer(readMetadataOf(await readGguf(path)));
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

it('cuts digits one by one, in both methods', async () => {
  for (const architecture of ['qwen2', 'llama']) {
    expect(open(await read({ architecture })).encode('123').ids).toHaveLength(3);
  }
});
