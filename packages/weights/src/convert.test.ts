import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertDecoder, type Manifest, type Precision } from './convert.ts';
import { isTaskError } from './errors.ts';
import type { LoadProgress } from './progress.ts';
import { forwardPass } from './testing/forward-pass.ts';
import { cacheNames, int32, int64, load, runEngine, runTransformers } from './testing/run-graph.ts';
import { createTinyModel, tiny, type TinyModel, type TinyOptions } from './testing/tiny-model.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'convert-'));
});
afterAll(() => rm(root, { recursive: true }));

let folders = 0;
async function convert(model: TinyModel, precision: Precision = 'auto', more: Partial<Parameters<typeof convertDecoder>[2]> = {}): Promise<string> {
  const folder = join(root, String(folders++));
  const source = `${folder}.gguf`;
  await mkdir(folder);
  await writeFile(source, model.gguf);
  await convertDecoder(source, folder, { precision, sourceSha256: 'ab'.repeat(32), ...more });
  return folder;
}

/** How far apart two lists of scores are, relative to how much they vary. */
function distance(actual: readonly number[], expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(squares(actual.map((value, i) => value - expected[i]!)) / squares(expected));
}

const text = [104, 101, 108, 259, 0, 258, 17];
const mixedFormats = { token_embd: 'Q8_0', attn_q: 'Q4_K', attn_k: 'Q4_K', attn_v: 'Q6_K', attn_output: 'Q5_0', ffn_gate: 'Q4_1', ffn_up: 'Q5_1', ffn_down: 'Q5_K' } as const;
const models: [what: string, options: TinyOptions, precision: Precision, tolerance: number][] = [
  ['qwen2 in float32', {}, 'source', 1e-5],
  ['llama in float32', { architecture: 'llama' }, 'source', 1e-5],
  ['llama in float16', { architecture: 'llama', fallback: 'F16', tied: false }, 'auto', 1e-5],
  ['qwen2 in bfloat16', { fallback: 'BF16' }, 'auto', 1e-5],
  ['qwen3 in float32', { architecture: 'qwen3' }, 'source', 1e-5],
  ['chatglm in float32', { architecture: 'chatglm', tied: false }, 'source', 1e-5],
  ['glm4 in float32', { architecture: 'glm4' }, 'source', 1e-5],
  // From here on the input of every product is rounded to 8 bits.
  ['qwen2 rounded to 8 bits', {}, '8bit', 0.05],
  ['qwen2 in many block formats', { formats: mixedFormats }, 'auto', 0.03],
  ['llama in Q4_0 with its own output', { architecture: 'llama', fallback: 'Q4_0', tied: false }, 'auto', 0.03],
  ['qwen2 in Q4_K throughout', { fallback: 'Q4_K' }, 'auto', 0.03],
  ['chatglm in Q4_K throughout', { architecture: 'chatglm', fallback: 'Q4_K' }, 'auto', 0.03],
  ['qwen2 in Q6_K throughout', { fallback: 'Q6_K' }, 'auto', 0.03],
];

describe.each(models)('%s', (_, options, precision, tolerance) => {
  let model: TinyModel;
  let folder: string;
  let expected: number[][];
  beforeAll(async () => {
    model = createTinyModel(options);
    folder = await convert(model, precision);
    expected = forwardPass(model, text);
  });

  it('scores every token as the textbook does', async () => {
    const session = await load(folder, 'engine.onnx');
    const logits = await runEngine(session, model, text, [text.length]);
    logits.forEach((scores, i) => expect(distance(scores, expected[i]!), `token ${i}`).toBeLessThan(tolerance));
  });

  it('scores the same when the text comes in pieces, through the cache', async () => {
    const session = await load(folder, 'engine.onnx');
    const logits = await runEngine(session, model, text, [3, 1, 2, 1]);
    logits.forEach((scores, i) => expect(distance(scores, expected[i]!), `token ${i}`).toBeLessThan(tolerance));
  });

  it('scores tokens computed apart exactly as if each had come alone', async () => {
    const session = await load(folder, 'engine.onnx');
    const oneByOne = await runEngine(session, model, text, [2, ...text.slice(2).map(() => 1)]);
    const apart = await runEngine(session, model, text, [2, text.length - 2], true);
    expect(apart).toEqual(oneByOne);
    const mixed = await runEngine(session, model, text, [2, 2, 1, text.length - 5], true);
    expect(mixed).toEqual(oneByOne);
  });

  it('scores the same through the port of transformers.js, padded rows included', async () => {
    const session = await load(folder, 'model.onnx');
    const { logits } = await runTransformers(session, model, [text, text.slice(0, 3)], 1);
    expect(logits!.dims).toEqual([2, 1, model.vocabularySize]);
    const flat = [...(logits!.data as Float32Array)];
    expect(distance(flat.slice(0, model.vocabularySize), expected.at(-1)!)).toBeLessThan(tolerance);
    expect(distance(flat.slice(model.vocabularySize), expected[2]!)).toBeLessThan(tolerance);
    const all = await runTransformers(session, model, [text], 0);
    expect(all['logits']!.dims).toEqual([1, text.length, model.vocabularySize]);
    expect(all['present.1.value']!.dims).toEqual([1, model.shape.keyValueHeads, text.length, model.shape.headDimension]);
  });
});

it('a step that wants no logits skips the product with the vocabulary', async () => {
  const session = await load(await convert(createTinyModel({ fallback: 'Q8_0' })), 'engine.onnx');
  const empty = new ort.Tensor('float32', new Float32Array(0), [1, tiny.keyValueHeads, 0, tiny.headDimension]);
  const result = await session.run({
    input_ids: int64([1, 2, 3], [1, 3]),
    position_ids: int64([0, 1, 2], [1, 3]),
    seqlens_k: int32([2], [1]),
    total_seq: int32([3], []),
    apart: new ort.Tensor('bool', Uint8Array.of(0), []),
    top_count: int64([0], [1]),
    logit_index: int64([], [1, 0, 1]),
    ...Object.fromEntries(cacheNames.map((name) => [`past_key_values.${name}`, empty])),
  }, ['logits', 'new.1.key']);
  expect(result['logits']!.dims[1]).toBe(0);
  expect(result['new.1.key']!.dims).toEqual([1, 3, tiny.keyValueHeads * tiny.headDimension]);
});

describe('the folder', () => {
  it('says what it is and holds what it says', async () => {
    const model = createTinyModel({ fallback: 'Q8_0' });
    const progress: LoadProgress[] = [];
    const folder = await convert(model, 'auto', { onProgress: (event) => progress.push(event) });
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;
    expect(manifest).toMatchObject({
      format: 1, family: 'qwen2', precision: 'auto', contextLength: 128, vocabularySize: model.vocabularySize, layers: 2, keyValueHeads: 2,
      headDimension: 64, eosTokenIds: [262, 260], bosTokenId: 260, addBos: false, source: { sha256: 'ab'.repeat(32), bytes: model.gguf.length },
    });
    expect(Object.keys(manifest.files).toSorted()).toEqual([
      'config.json', 'generation_config.json', 'onnx/engine.onnx', 'onnx/model.onnx', 'onnx/model.onnx_data', 'tokenizer.json', 'tokenizer_config.json',
    ]);
    for (const [name, { bytes }] of Object.entries(manifest.files)) expect((await stat(join(folder, name))).size).toBe(bytes);
    expect(progress.at(-1)).toMatchObject({ stage: 'convert' });
    expect(progress.at(-1)!.bytes).toBe(progress.at(-1)!.total);
  });

  it('stores a table that is used both ways once', async () => {
    const sizes = await Promise.all(
      [true, false].map(async (tied) => (await stat(join(await convert(createTinyModel({ fallback: 'Q8_0', tied })), 'onnx/model.onnx_data'))).size),
    );
    const table = createTinyModel().vocabularySize * tiny.hidden;
    expect(sizes[1]! - sizes[0]!).toBeGreaterThan(table);
  });

  it('comes out the same twice', async () => {
    const [first, second] = await Promise.all([0, 1].map(() => convert(createTinyModel({ formats: mixedFormats }))));
    for (const name of ['engine.onnx', 'model.onnx', 'model.onnx_data']) {
      expect((await readFile(join(first!, 'onnx', name))).equals(await readFile(join(second!, 'onnx', name)))).toBe(true);
    }
  });
});

describe('a model that cannot be converted', () => {
  const without = (name: string): NonNullable<TinyOptions['change']> => (tensors) => tensors.filter((tensor) => tensor.name !== name);
  const refused: [what: string, options: TinyOptions, code: string, named: string][] = [
    ['an unknown architecture', { architecture: 'mamba' }, 'unsupported_model', 'mamba'],
    ['an architecture named like a property of every object', { architecture: 'constructor' }, 'unsupported_model', 'constructor'],
    ['no architecture', { metadata: [['general.architecture', 7]] }, 'invalid_model_file', 'general.architecture'],
    ['a missing tensor', { change: without('blk.1.ffn_down.weight') }, 'invalid_model_file', 'blk.1.ffn_down.weight'],
    ['a tensor nobody asked for', { change: (all) => [...all, { name: 'blk.0.attn_q_norm.weight', dimensions: [64], format: 'F32' }] }, 'unsupported_model', 'attn_q_norm'],
    ['an absurd number of layers', { metadata: [['qwen2.block_count', 4_000_000_000]] }, 'invalid_model_file', 'block_count'],
    ['more layers than tensors', { metadata: [['qwen2.block_count', 3]] }, 'invalid_model_file', 'blk.2'],
    ['another width', { metadata: [['qwen2.embedding_length', 128]] }, 'invalid_model_file', 'token_embd'],
    ['heads that do not divide', { metadata: [['qwen2.attention.head_count_kv', 3]] }, 'invalid_model_file', '3 key-value heads'],
    ['other heads than its matrices', { metadata: [['qwen2.attention.head_count_kv', 4]] }, 'invalid_model_file', 'attn_k'],
    ['scaled positions', { metadata: [['qwen2.rope.scaling.type', 'yarn']] }, 'unsupported_model', 'yarn'],
    ['positions on more than a head', { metadata: [['qwen2.rope.dimension_count', 66]] }, 'invalid_model_file', '66'],
    ['positions on half a pair', { metadata: [['qwen2.rope.dimension_count', 31]] }, 'invalid_model_file', '31'],
    ['positions for pictures', { architecture: 'glm4', metadata: [['glm4.rope.dimension_sections', { list: [8, 12, 12, 0] }]] }, 'unsupported_model', 'sections'],
    ['too few factors of positions', { architecture: 'llama', rotaryFactors: [1, 2, 3] }, 'invalid_model_file', 'rope_freqs'],
    ['a factor of positions that is zero', { architecture: 'llama', rotaryFactors: Array.from({ length: 32 }, () => 0) }, 'invalid_model_file', '32 factors'],
    ['factors of positions where no family has them', { rotaryFactors: Array.from({ length: 32 }, () => 1) }, 'unsupported_model', 'rope_freqs'],
    ['a base of positions below zero', { metadata: [['qwen2.rope.freq_base', { float: -1 }]] }, 'invalid_model_file', '-1'],
    ['heads stacked to another width', { architecture: 'chatglm', metadata: [['chatglm.attention.head_count_kv', 4]] }, 'invalid_model_file', 'attn_q'],
    ['a missing norm', { architecture: 'glm4', change: without('blk.1.post_ffw_norm.weight') }, 'invalid_model_file', 'blk.1.post_ffw_norm.weight'],
    ['no epsilon', { metadata: [['qwen2.attention.layer_norm_rms_epsilon', { float: Number.NaN }]] }, 'invalid_model_file', 'epsilon'],
    ['another tokenizer', { metadata: [['tokenizer.ggml.model', 'bert']] }, 'unsupported_model', 'bert/qwen2'],
    ['a tokenizer without scores', { metadata: [['tokenizer.ggml.model', 'llama']] }, 'invalid_model_file', 'tokenizer.ggml.scores'],
    ['another cut into words', { metadata: [['tokenizer.ggml.pre', 'tekken']] }, 'unsupported_model', 'tekken'],
    ['fewer tokens than rows', { metadata: [['tokenizer.ggml.tokens', { list: ['a'] }], ['tokenizer.ggml.token_type', { list: [1] }], ['tokenizer.ggml.eos_token_id', 0], ['tokenizer.ggml.bos_token_id', 0]] }, 'invalid_model_file', 'token_embd'],
    ['the same token twice', { metadata: [['tokenizer.ggml.tokens', { list: ['a', 'a'] }], ['tokenizer.ggml.token_type', { list: [1, 1] }]] }, 'invalid_model_file', 'tokenizer.ggml.tokens'],
    ['an end token outside the vocabulary', { metadata: [['tokenizer.ggml.eos_token_id', 9999]] }, 'invalid_model_file', 'eos_token_id'],
    ['a scale that is not a number', { fallback: 'Q8_0', change: (all) => all.map((tensor) => (tensor.name === 'blk.1.ffn_up.weight' ? { ...tensor, data: tensor.data!.slice().fill(0xff) } : tensor)) }, 'invalid_model_file', 'blk.1.ffn_up.weight'],
    ['a weight that is not a number', { change: (all) => all.map((tensor) => (tensor.name === 'output_norm.weight' ? { ...tensor, data: tensor.data!.slice().fill(0xff) } : tensor)) }, 'invalid_model_file', 'output_norm.weight'],
  ];
  it.each(refused)('because of %s', async (_, options, code, named) => {
    const error = await convert(createTinyModel(options)).catch((reason: unknown) => reason);
    expect(isTaskError(error) ? error.code : error).toBe(code);
    expect((error as Error).message).toContain(named);
  });

  it('because the caller stopped it', async () => {
    const error = await convert(createTinyModel(), 'auto', { signal: AbortSignal.abort() }).catch((reason: unknown) => reason);
    expect(isTaskError(error) && error.code).toBe('aborted');
    const stop = new AbortController();
    const late = await convert(createTinyModel(), 'auto', { signal: stop.signal, onProgress: () => stop.abort() }).catch((reason: unknown) => reason);
    expect(isTaskError(late) && late.code).toBe('aborted');
  });
});
