import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenizerJson } from '../transformers-js/testing/tiny-reader.ts';
import { openTokenizer } from './open-tokenizer.ts';
import { loadTokenizer } from './tokenizer.ts';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'hostile-'))));
afterAll(() => rm(folder, { recursive: true }));

async function write(changes: object | string, config: object = {}): Promise<string> {
  await writeFile(join(folder, 'tokenizer.json'), typeof changes === 'string' ? changes : JSON.stringify({ ...tokenizerJson(), ...changes }));
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast', ...config }));
  return folder;
}

const split = (pattern: string): object => ({ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false });
const replace = (pattern: string, content: string): object => ({ type: 'Replace', pattern: { Regex: pattern }, content });
// Each takes exponentially long, or to a high power, before it fails on this text.
const slow = ['^(a+)+$', '^(a|aa)+$', '^(a|a?)+$', '^(a*)*b', '^(?:a+){2,}b', '^(.*a){30}b'];
const text = `${'a'.repeat(200)}!`;

describe('a hostile tokenizer.json is stopped, and its field named', () => {
  it.each(slow)('the pattern %s cuts words', async (pattern) => {
    const { encode } = await openTokenizer(await write({ pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, split(pattern)] } }));
    const start = performance.now();
    expect(() => encode(text)).toThrow(expect.objectContaining({ code: 'invalid_model_file', details: { file: 'tokenizer.json', field: 'pre_tokenizer.pretokenizers[1].pattern' } }));
    expect(performance.now() - start).toBeLessThan(2500);
    expect(encode('a b')).toHaveLength(2);
  });

  it.each([
    ['replaces', replace('^(a+)+$', 'b')],
    ['hides deep inside', [...'12345678'].reduce<object>((inner) => ({ type: 'Sequence', normalizers: [inner] }), replace('^(a+)+$', 'b'))],
    ['makes texts longer and longer, without an expression', { type: 'Sequence', normalizers: Array.from({ length: 9 }, () => ({ type: 'Replace', pattern: { String: 'a' }, content: 'a'.repeat(1000) })) }],
    ['makes texts longer and longer', { type: 'Sequence', normalizers: Array.from({ length: 9 }, () => replace('a', 'a'.repeat(1000))) }],
  ])('a pattern that %s', async (_, normalizer) => {
    const { encode } = await openTokenizer(await write({ normalizer }));
    expect(() => encode(text)).toThrow(expect.objectContaining({ code: 'invalid_model_file', message: expect.stringContaining('normalizer') }));
  });

  it('a pattern that writes tokens', async () => {
    const { encode, decode } = await openTokenizer(await write({ decoder: { type: 'Sequence', decoders: [{ type: 'WordPiece', prefix: '##', cleanup: false }, { type: 'Fuse' }, replace('^(\\w+)+$', '')] } }));
    expect(() => decode(encode(`${'a'.repeat(60)} !`))).toThrow(expect.objectContaining({ details: { file: 'tokenizer.json', field: 'decoder.decoders[2].pattern' } }));
  });

  it.each([['no JSON', '{"model":'], ['an unknown kind', { model: { type: 'Lattice' } }], ['a bad pattern', { pre_tokenizer: split('(') }]])('%s', async (_, changes) => {
    await expect(openTokenizer(await write(changes))).rejects.toMatchObject({ name: 'TaskError', code: 'invalid_model_file', details: { file: 'tokenizer.json' } });
  });

  it('a template that does not end', async () => {
    const { encodePrompt } = await loadTokenizer({ folder: await write({}, { chat_template: '{% for i in range(1000000000) %}x{% endfor %}' }), vocabularySize: 100, addBos: false, bosTokenId: undefined });
    expect(() => encodePrompt('a')).toThrow(expect.objectContaining({ code: 'invalid_model_file', details: { file: 'tokenizer_config.json', field: 'chat_template' } }));
    expect(encodePrompt([6, 7])).toEqual([6, 7]);
  });
});

it('a long text in good patterns takes its time', async () => {
  const { encode } = await openTokenizer(await write({}));
  expect(encode('a b c, '.repeat(20_000)).length).toBe(80_000);
});
