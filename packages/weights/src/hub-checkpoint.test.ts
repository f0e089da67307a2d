import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertDecoder, type Manifest, type Precision } from './convert.ts';
import { isTaskError } from './errors.ts';
import { readCheckpoint } from './formats/checkpoint.ts';
import type { FloatFormat } from './quantization/block-formats.ts';
import { writeHubFolder, type HubFolderOptions, type HubType } from './testing/hub-folder.ts';
import { load, runEngine } from './testing/run-graph.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { createTinyModel, type TinyModel, type TinyOptions } from './testing/tiny-model.ts';

const text = [104, 101, 108, 259, 0, 258, 17];

async function scores(model: TinyModel, checkpoint: string, precision: Precision = 'source'): Promise<number[][]> {
  const folder = join(await temporaryFolder(), 'converted');
  await mkdir(folder);
  await convertDecoder(checkpoint, folder, { precision, sourceSha256: 'ab'.repeat(32) });
  const session = await load(folder, 'engine.onnx');
  return await runEngine(session, model, text, [text.length]).finally(() => session.release());
}

const distance = (actual: readonly number[][], expected: readonly number[][]): number =>
  Math.max(...actual.flatMap((row, i) => row.map((score, token) => Math.abs(score - expected[i]![token]!))));

const types: [type: HubType, options: TinyOptions][] = [
  ['llama', { architecture: 'llama' }],
  ['minicpm', { architecture: 'minicpm' }],
  ['qwen2', { architecture: 'qwen2', tied: false }],
  ['qwen3', { architecture: 'qwen3' }],
  ['glm', { architecture: 'chatglm', fused: false, tied: false }],
  ['glm4', { architecture: 'glm4', tied: false }],
  ['chatglm', { architecture: 'chatglm', tied: false }],
];

describe.each(types)('a folder of type %s', (type, options) => {
  it('gives the logits of the same weights in a GGUF file', async () => {
    const root = await temporaryFolder();
    const model = createTinyModel(options);
    const gguf = join(root, 'model.gguf');
    await writeFile(gguf, model.gguf);
    const expected = await scores(model, gguf);
    const actual = await scores(model, await writeHubFolder(join(root, 'hub'), model, type));
    expect(distance(actual, expected)).toBeLessThan(1e-5);
  });
});

it.each<[FloatFormat, boolean]>([['F16', false], ['BF16', true]])('in %s gives the same logits too, in two files: %s', async (fallback, sharded) => {
  const root = await temporaryFolder();
  const expected = createTinyModel({ architecture: 'llama' });
  const gguf = join(root, 'model.gguf');
  await writeFile(gguf, expected.gguf);
  const narrow = createTinyModel({ architecture: 'llama', fallback });
  expect(distance(await scores(expected, await writeHubFolder(join(root, 'hub'), narrow, 'llama', { sharded })), await scores(expected, gguf))).toBeLessThan(1e-5);
});

it('stretches positions as Llama 3.1 does', async () => {
  const root = await temporaryFolder();
  // The factors for heads of 64 as llama.cpp's converter computes them from these four numbers.
  const scaling = { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 64 };
  const factors = Array.from({ length: 32 }, (_, i) => {
    const wavelength = 2 * Math.PI * 10_000 ** (i / 32);
    if (wavelength < 64 / 4) return 1;
    if (wavelength > 64) return 8;
    const smooth = (64 / wavelength - 1) / (4 - 1);
    return 1 / ((1 - smooth) / 8 + smooth);
  });
  const model = createTinyModel({ architecture: 'llama', rotaryFactors: factors });
  const gguf = join(root, 'model.gguf');
  await writeFile(gguf, model.gguf);
  const folder = await writeHubFolder(join(root, 'hub'), model, 'llama', { config: { rope_scaling: scaling } });
  expect(distance(await scores(model, folder), await scores(model, gguf))).toBeLessThan(1e-5);
  expect((await readCheckpoint(folder)).shape.rotaryFactors).toEqual(factors.map((factor) => expect.closeTo(factor, 10)));
});

it('rounds to 8 bits where that is asked for', async () => {
  const model = createTinyModel({ architecture: 'chatglm', tied: false });
  const folder = await writeHubFolder(await temporaryFolder(), model, 'chatglm');
  const difference = distance(await scores(model, folder), await scores(model, folder, '8bit'));
  expect(difference).toBeGreaterThan(0);
  expect(difference).toBeLessThan(0.3);
});

it('takes the tokenizer as it is, and tells where texts end', async () => {
  const root = await temporaryFolder();
  const model = createTinyModel({ architecture: 'glm4', tied: false });
  const folder = await writeHubFolder(join(root, 'hub'), model, 'glm4', { config: { eos_token_id: model.tokens.indexOf('<|user|>') } });
  const converted = join(root, 'converted');
  await mkdir(converted);
  await convertDecoder(folder, converted, { precision: 'source', sourceSha256: 'ab'.repeat(32) });
  const json = async (path: string): Promise<object> => JSON.parse(await readFile(path, 'utf8')) as object;
  expect(await json(join(converted, 'tokenizer.json'))).toEqual(await json(join(folder, 'tokenizer.json')));
  const id = (token: string): number => model.tokens.indexOf(token);
  expect((await json(join(converted, 'manifest.json'))) as Manifest).toMatchObject({
    family: 'glm4', vocabularySize: model.vocabularySize, eosTokenIds: [id('<|endoftext|>'), id('<|user|>'), id('<|observation|>')], source: { file: 'hub' },
  });
  expect(await json(join(converted, 'tokenizer_config.json'))).toMatchObject({ eos_token: '<|endoftext|>', chat_template: '[gMASK]<sop>{{ messages[0].content }}' });
});

describe('a folder that cannot be converted', () => {
  const model = createTinyModel({ architecture: 'llama' });
  const nan = (data: Uint8Array): Uint8Array => data.slice().fill(0xff);
  const refused: [what: string, options: HubFolderOptions, code: string, named: string, remove?: string][] = [
    ['another type', { config: { model_type: 'mamba' } }, 'unsupported_model', 'mamba'],
    ['no type', { config: { model_type: undefined } }, 'invalid_model_file', 'model_type'],
    ['a type named like a property of every object', { config: { model_type: 'constructor' } }, 'unsupported_model', 'constructor'],
    ['a configuration that is no JSON', { files: { 'config.json': '{' } }, 'invalid_model_file', 'config.json'],
    ['a configuration as deep as a well', { files: { 'config.json': '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000) } }, 'invalid_model_file', 'config.json'],
    ['a configuration that is too long', { files: { 'config.json': `{"a":"${'x'.repeat(2 << 20)}"}` } }, 'invalid_model_file', 'config.json'],
    ['other layers than the configuration says', { config: { num_hidden_layers: 3 } }, 'invalid_model_file', 'blk.2'],
    ['fewer layers than there are', { config: { num_hidden_layers: 1 } }, 'unsupported_model', 'blk.1'],
    ['another width', { config: { hidden_size: 128 } }, 'invalid_model_file', 'hidden size'],
    ['more tokens than rows', { config: { vocab_size: 1000 } }, 'invalid_model_file', '1000'],
    ['an output table that is missing', { config: { tie_word_embeddings: false } }, 'invalid_model_file', 'tie_word_embeddings'],
    ['other heads', { config: { num_key_value_heads: 4 } }, 'invalid_model_file', 'attn_k'],
    ['scales that are none', { config: { model_type: 'minicpm', scale_emb: 12, scale_depth: 0, dim_model_base: 256 } }, 'invalid_model_file', 'scales'],
    ['scales that are missing', { config: { model_type: 'minicpm' } }, 'invalid_model_file', 'scale_depth'],
    ['scaled positions', { config: { rope_scaling: { rope_type: 'yarn', factor: 4 } } }, 'unsupported_model', 'yarn'],
    ['scaled positions of the new kind', { config: { rope_parameters: { rope_type: 'longrope', rope_theta: 1 } } }, 'unsupported_model', 'longrope'],
    ['stretched positions without their numbers', { config: { rope_scaling: { rope_type: 'llama3', factor: 8 } } }, 'invalid_model_file', 'low_freq_factor'],
    ['another activation', { config: { hidden_act: 'gelu' } }, 'unsupported_model', 'gelu'],
    ['sliding windows', { config: { use_sliding_window: true } }, 'unsupported_model', 'use_sliding_window'],
    ['an end that is no token', { files: { 'generation_config.json': '{"eos_token_id": 100000}' } }, 'invalid_model_file', 'generation_config.json'],
    ['a tokenizer with more tokens than the model', { files: { 'tokenizer.json': '{"model":{"vocab":{"a":5000}}}' } }, 'invalid_model_file', 'tokenizer.json'],
    ['a tokenizer without a vocabulary', { files: { 'tokenizer.json': '{"model":null}' } }, 'invalid_model_file', 'model.vocab'],
    ['a tokenizer of another kind', { files: { 'tokenizer.json': '{"model":{"type":"Lattice","vocab":{"a":1}}}' } }, 'unsupported_model', 'Lattice'],
    ['no tokenizer', {}, 'unsupported_model', 'tokenizer.json', 'tokenizer.json'],
    ['no weights', {}, 'invalid_model_file', '.safetensors', 'model.safetensors'],
    ['pickled weights', { files: { 'pytorch_model.bin': 'x' } }, 'unsupported_model', 'pytorch_model.bin', 'model.safetensors'],
    ['a missing shard', { sharded: true }, 'invalid_model_file', 'model-00002-of-00002.safetensors', 'model-00002-of-00002.safetensors'],
    ['an index that leads elsewhere', { files: { 'model.safetensors.index.json': '{"weight_map":{"a":"../model.safetensors"}}' } }, 'invalid_model_file', '../model.safetensors'],
    ['an index without files', { files: { 'model.safetensors.index.json': '{"weight_map":{}}' } }, 'invalid_model_file', 'index.json'],
    ['a tensor that nobody asked for', { tensors: (all) => [...all, { ...all[0]!, name: 'model.layers.0.mlp.gate_up_proj.weight' }] }, 'unsupported_model', 'gate_up_proj'],
    ['a missing tensor', { tensors: (all) => all.filter(({ name }) => name !== 'model.layers.1.mlp.up_proj.weight') }, 'invalid_model_file', 'blk.1.ffn_up'],
    ['numbers in another format', { tensors: (all) => all.map((tensor) => (tensor.name === 'model.norm.weight' ? { ...tensor, dtype: 'I32' } : tensor)) }, 'unsupported_model', 'I32'],
    ['a matrix with three dimensions', { tensors: (all) => all.map((tensor) => (tensor.name.endsWith('0.mlp.up_proj.weight') ? { ...tensor, shape: [1, ...(tensor.shape as number[])] } : tensor)) }, 'invalid_model_file', 'up_proj'],
    ['weights that are not numbers', { tensors: (all) => all.map((tensor) => (tensor.name.endsWith('1.mlp.up_proj.weight') ? { ...tensor, data: nan(tensor.data!) } : tensor)) }, 'invalid_model_file', 'blk.1.ffn_up'],
  ];
  it.each(refused)('because of %s', async (_, options, code, named, remove) => {
    const root = await temporaryFolder();
    const folder = await writeHubFolder(join(root, 'hub'), model, 'llama', options);
    if (remove !== undefined) await rm(join(folder, remove));
    const converted = join(root, 'converted');
    await mkdir(converted);
    const error = await convertDecoder(folder, converted, { precision: 'source', sourceSha256: 'ab'.repeat(32) }).catch((reason: unknown) => reason);
    expect(isTaskError(error) ? error.code : error).toBe(code);
    expect((error as Error).message).toContain(named);
  });

  it.each([
    ['the first ChatGLM', { position_encoding_2d: true }, 'first generation'],
    ['norms in other places', { apply_residual_connection_post_layernorm: true }, 'apply_residual_connection_post_layernorm'],
    ['biases everywhere', { add_bias_linear: true }, 'add_bias_linear'],
  ])('because it is %s', async (_, config, named) => {
    const folder = await writeHubFolder(await temporaryFolder(), createTinyModel({ architecture: 'chatglm' }), 'chatglm', { config });
    const error = await readCheckpoint(folder).catch((reason: unknown) => reason);
    expect(isTaskError(error) && error.code).toBe('unsupported_model');
    expect((error as Error).message).toContain(named);
  });
});
