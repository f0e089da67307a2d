import { Tokenizer as PublishedTokenizer } from '@huggingface/tokenizers';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isTaskError } from './errors.ts';
import { readCheckpoint } from './formats/checkpoint.ts';
import { concatenate, integer, message, text } from './onnx/protobuf.ts';
import { writeHubFolder } from './testing/hub-folder.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { createTinyModel } from './testing/tiny-model.ts';
import { byteCharacters, writeBytePairs, writeSentencePieces } from './testing/train-vocabulary.ts';

const sample = 'The philosophers of the theory say: 语言模型可以总结新闻，语言模型也可以回答问题。 the sum of 1234 and 1234';
const lines = ['the theory', '语言模型', ' the  sum\nof 12345', '😀 philosophy', '', 'x'];

function fixed(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = (field << 3) | 5;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}

function writeModel({ tokens, scores, kinds }: ReturnType<typeof writeSentencePieces>, type = 2): Uint8Array {
  const pieces = tokens.map((token, id) => message(1, [text(1, token), fixed(2, scores[id]!), integer(3, kinds[id]!)]));
  return concatenate([...pieces, message(2, [integer(3, type)]), message(3, [integer(3, 1), integer(4, 0)])]);
}

const glm = createTinyModel({ architecture: 'chatglm', tied: false });

async function open(model: Uint8Array | string, options: { config?: object; own?: object } = {}): Promise<{ tokenizer: PublishedTokenizer; ends: number[]; config: { chat_template?: string } }> {
  const folder = await writeHubFolder(await temporaryFolder(), glm, 'chatglm', {
    config: { ...options.config, eos_token_id: 2 },
    files: { 'tokenizer.model': model, 'tokenizer_config.json': JSON.stringify(options.own ?? {}), 'generation_config.json': '{}' },
  });
  await rm(join(folder, 'tokenizer.json'));
  const { tokenizer } = await readCheckpoint(folder);
  return { tokenizer: new PublishedTokenizer(tokenizer.json, tokenizer.config), ends: tokenizer.eosTokenIds, config: tokenizer.config };
}

describe('pieces of SentencePiece', () => {
  // The tiny model has no room for more than the bytes, two pieces and the nine tokens of ChatGLM3.
  const bytes = writeSentencePieces(sample, 0, []).tokens.slice(0, 259);
  const tokens = [...bytes, '\u2581', '\u2581t'];
  const pieces = { tokens, scores: tokens.map((_, id) => -id), kinds: tokens.map((_, id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1)) };

  it('are read as from a GGUF file, with the tokens of ChatGLM3 behind them', async () => {
    const { tokenizer, ends, config } = await open(writeModel(pieces));
    for (const line of lines) {
      const { ids } = tokenizer.encode(line, { add_special_tokens: false });
      expect(ids.length === 0 ? '' : tokenizer.decode(ids)).toBe(line);
    }
    const n = pieces.tokens.length;
    expect(tokenizer.encode('[gMASK]<sop><|user|>', { add_special_tokens: false }).ids).toEqual([n + 1, n + 3, n + 6]);
    expect(ends).toEqual([2, n + 6, n + 8]);
    expect(config.chat_template).toMatch(/^\[gMASK\]<sop>.*<\|/s);
  });

  it('of ChatGLM2 are followed by five, and spoken to in rounds', async () => {
    const { tokenizer, config } = await open(writeModel(pieces), { config: { _name_or_path: 'THUDM/chatglm2-6b' } });
    expect(tokenizer.token_to_id('<eop>')).toBe(pieces.tokens.length + 4);
    expect(tokenizer.token_to_id('<|user|>')).toBeUndefined();
    expect(config.chat_template).toContain('[Round {{');
  });

  it.each([
    ['another way of cutting words', writeModel(pieces, 1), 'unsupported_model', 'unigram'],
    ['a length that lies', concatenate([Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f), text(1, 'a')]), 'invalid_model_file', 'tokenizer.model'],
    ['an unknown kind of field', Uint8Array.of(0x0a, 0x00, 0x0b), 'invalid_model_file', 'tokenizer.model'],
    ['a number without an end', Uint8Array.from([0x0a, ...Array.from({ length: 12 }, () => 0xff)]), 'invalid_model_file', 'tokenizer.model'],
    ['more pieces than the model has', writeModel(writeSentencePieces(sample, 100, [])), 'invalid_model_file', 'tokenizer.json'],
  ] as const)('are refused for %s', async (_, bytes, code, named) => {
    const error = await open(bytes).catch((reason: unknown) => reason);
    expect(isTaskError(error) ? error.code : error).toBe(code);
    expect((error as Error).message).toContain(named);
  });

  it('that are damaged are read or refused with a typed error', async () => {
    const { readSentencePieceModel } = await import('./formats/sentence-piece-model.ts');
    const sound = writeModel(pieces);
    for (let i = 0; i < 2000; i++) {
      const bytes = sound.slice();
      bytes[(i * 7919) % bytes.length] = (i * 31) % 256;
      bytes[(i * 104_729) % bytes.length]! ^= 1 << i % 8;
      try {
        readSentencePieceModel(bytes, 'tokenizer.model');
      } catch (error) {
        expect(error).toMatchObject({ name: 'TaskError' });
      }
    }
  });
});

describe('tokens by rank', () => {
  const { tokens } = writeBytePairs(sample, 5);
  const bytesOf = (token: string): Buffer => Buffer.from([...token].map((character) => byteCharacters.indexOf(character)));
  const ranked = tokens.map((token, rank) => `${bytesOf(token).toString('base64')} ${rank}\n`).join('');
  const own = { added_tokens_decoder: { 262: { content: '<|endoftext|>', special: true }, 263: { content: '[gMASK]', special: true }, 264: { content: '<sop>', special: true }, 265: { content: '<|user|>', special: true } } };

  it('are read as byte-level pairs, with the tokens that the configuration lists', async () => {
    const { tokenizer, ends } = await open(ranked, { own });
    for (const line of lines) {
      const { ids } = tokenizer.encode(line, { add_special_tokens: false });
      expect(ids.length === 0 ? '' : tokenizer.decode(ids)).toBe(line);
    }
    const last = tokens.at(-1)!;
    expect(tokenizer.encode(bytesOf(last).toString(), { add_special_tokens: false }).ids).toEqual([tokens.length - 1]);
    expect(tokenizer.encode('[gMASK]<sop>', { add_special_tokens: false }).ids).toEqual([263, 264]);
    expect(ends).toEqual([2, 262, 265]);
  });

  it.each([
    ['a line that is no token', `${ranked}nonsense\n`, own, 'no token with its rank'],
    ['a token twice', ranked + ranked, own, 'impossible token'],
    ['nothing', '', own, 'has no tokens'],
    ['no special tokens', ranked, {}, 'added_tokens_decoder'],
  ])('are refused for %s', async (_, model, configuration, named) => {
    const error = await open(model, { own: configuration }).catch((reason: unknown) => reason);
    expect(isTaskError(error) ? error.code : error).toBe('invalid_model_file');
    expect((error as Error).message).toContain(named);
  });
});

it('a folder without any tokenizer is refused', async () => {
  const folder = await writeHubFolder(await temporaryFolder(), glm, 'chatglm');
  await rm(join(folder, 'tokenizer.json'));
  await writeFile(join(folder, 'vocab.txt'), '');
  await expect(readCheckpoint(folder)).rejects.toMatchObject({ code: 'unsupported_model', message: expect.stringContaining('tokenizer.json') });
});
