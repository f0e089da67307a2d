import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { convertCheckpoint } from './convert-checkpoint.ts';
import { checkConvertedFolder } from './converted-folder.ts';
import { encoderForwardPass, gelu } from './testing/encoder-forward-pass.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { tinyEncoder, writeTinyEncoder, type TinyEncoderOptions, type Weights } from './testing/tiny-encoder.ts';
import { floatBytes, type TensorParts } from './testing/write-safetensors.ts';

async function convert(options: TinyEncoderOptions = {}, precision: 'auto' | 'source' | '8bit' = 'source'): Promise<{ weights: Weights; folder: string }> {
  const root = await temporaryFolder();
  const [checkpoint, folder] = [join(root, 'checkpoint'), join(root, 'converted')];
  const weights = await writeTinyEncoder(checkpoint, options);
  await mkdir(folder);
  await convertCheckpoint(checkpoint, folder, { precision, sourceSha256: '0'.repeat(64) });
  return { weights, folder };
}

// Of different lengths, so that padding is among them.
const texts = [[2, 5, 9, 14, 3], [2, 30, 3], [2, 7, 8, 9, 10, 11, 12, 13, 21, 22, 3]];

function pad(rows: readonly (readonly number[])[]): { width: number; ids: Tensor; lengths: Tensor; mask: Tensor } {
  const width = Math.max(...rows.map((row) => row.length));
  const fill = (value: (row: readonly number[], at: number) => number): Tensor =>
    new Tensor('int64', BigInt64Array.from(rows.flatMap((row) => Array.from({ length: width }, (_, at) => BigInt(value(row, at))))), [rows.length, width]);
  return { width, ids: fill((row, at) => row[at] ?? 0), lengths: new Tensor('int32', Int32Array.from(rows, (row) => row.length), [rows.length]), mask: fill((row, at) => Number(at < row.length)) };
}

async function embed(folder: string): Promise<number[][]> {
  const session = await InferenceSession.create(join(folder, 'onnx', 'engine.onnx'));
  const { ids, lengths } = pad(texts);
  const { embedding } = await session.run({ input_ids: ids, lengths });
  await session.release();
  return texts.map((_, index) => [...(embedding!.data as Float32Array).subarray(index * tinyEncoder.hidden, (index + 1) * tinyEncoder.hidden)]);
}

const unit = (x: readonly number[]): number[] => x.map((value) => value / Math.hypot(...x));
const mean = (states: readonly number[][]): number[] => unit(states[0]!.map((_, at) => states.reduce((sum, state) => sum + state[at]!, 0)));
const cosine = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, at) => sum + value * b[at]!, 0);

function expectClose(actual: readonly number[][], expected: readonly number[][], tolerance = 1e-5): void {
  actual.forEach((vector, text) => vector.forEach((value, at) => expect(Math.abs(value - expected[text]![at]!), `text ${text}, number ${at}`).toBeLessThan(tolerance)));
}

describe('a converted encoder gives the vectors of a forward pass written out', () => {
  it('BERT: the mean of its tokens, padding left out', async () => {
    const { weights, folder } = await convert();
    expectClose(await embed(folder), texts.map((tokens) => mean(encoderForwardPass(weights, tokens))));
  });

  it('weights in 16 bits, under the name of a head, and with what only training needs', async () => {
    const extra: TensorParts[] = [{ name: 'bert.embeddings.position_ids', dtype: 'I64', shape: [1], data: new Uint8Array(8) }, { name: 'cls.predictions.bias', data: floatBytes([1]) }];
    const { weights, folder } = await convert({ dtype: 'BF16', prefix: 'bert.', change: (tensors) => [...tensors, ...extra] });
    expectClose(await embed(folder), texts.map((tokens) => mean(encoderForwardPass(weights, tokens))));
  });

  it.each(['roberta', 'xlm-roberta', 'camembert'])('%s: positions begin behind the padding', async (model_type) => {
    const { weights, folder } = await convert({ config: { model_type, pad_token_id: 1 }, prefix: 'roberta.' });
    expectClose(await embed(folder), texts.map((tokens) => mean(encoderForwardPass(weights, tokens, { firstPosition: 2 }))));
    expect(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))).toMatchObject({ kind: 'encoder', family: model_type, contextLength: tinyEncoder.positions - 2 });
  });

  it('the first token where the repository says so, and no more tokens than it was trained on', async () => {
    const beside = { '1_Pooling/config.json': { word_embedding_dimension: 64, pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }, 'sentence_bert_config.json': { max_seq_length: 16 } };
    const { weights, folder } = await convert({ beside });
    expectClose(await embed(folder), texts.map((tokens) => unit(encoderForwardPass(weights, tokens)[0]!)));
    expect(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))).toMatchObject({ contextLength: 16, dimensions: 64 });
  });

  it.each([
    ['relu', (x: number) => Math.max(0, x), 1e-5],
    ['gelu_new', (x: number) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044_715 * x ** 3))), 1e-5],
    // The approximation is near the real thing, so the test above could not tell them apart were it not exact.
    ['gelu', gelu, 1e-5],
  ])('activation %s', async (hidden_act, activate, tolerance) => {
    const { weights, folder } = await convert({ config: { hidden_act } });
    expectClose(await embed(folder), texts.map((tokens) => mean(encoderForwardPass(weights, tokens, { activate }))), tolerance);
  });

  it('in 8 bits nearly so', async () => {
    const { weights, folder } = await convert({}, '8bit');
    const vectors = await embed(folder);
    texts.forEach((tokens, text) => expect(cosine(vectors[text]!, mean(encoderForwardPass(weights, tokens)))).toBeGreaterThan(0.999));
  });

  it('the graph for other tools gives every token its state, with a mask for padding', async () => {
    const { weights, folder } = await convert();
    const session = await InferenceSession.create(join(folder, 'onnx', 'model.onnx'));
    const { ids, mask, width } = pad(texts);
    const { last_hidden_state: states } = await session.run({ input_ids: ids, attention_mask: mask });
    await session.release();
    texts.forEach((tokens, text) => {
      const expected = encoderForwardPass(weights, tokens).flat();
      const from = text * width * tinyEncoder.hidden;
      expectClose([[...(states!.data as Float32Array).subarray(from, from + expected.length)]], [expected], 1e-4);
    });
  });
});

it('a converted folder is whole, and its tokenizer cuts and pads nothing', async () => {
  const { folder } = await convert();
  expect(typeof (await checkConvertedFolder(folder))).toBe('object');
  expect(JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8'))).toMatchObject({ truncation: null, padding: null });
});

describe('refused, with what is wrong', () => {
  const without = (name: string) => (tensors: TensorParts[]) => tensors.filter((tensor) => tensor.name !== name);
  const replaced = (name: string, parts: Partial<TensorParts>) => (tensors: TensorParts[]) => tensors.map((tensor) => (tensor.name === name ? { ...tensor, ...parts } : tensor));
  const query = 'encoder.layer.0.attention.self.query';
  it.each<[string, TinyEncoderOptions, string, string]>([
    ['a missing tensor', { change: without(`${query}.weight`) }, 'invalid_model_file', `${query}.weight is missing`],
    ['no word embeddings', { change: without('embeddings.word_embeddings.weight') }, 'invalid_model_file', 'word_embeddings'],
    ['a weight that is no number', { change: replaced(`${query}.bias`, { data: floatBytes(Array(64).fill(Number.NaN)) }) }, 'invalid_model_file', `${query}.bias`],
    ['a bias of another length', { change: replaced(`${query}.bias`, { shape: [32], data: floatBytes(Array(32).fill(0)) }) }, 'invalid_model_file', `${query}.bias`],
    ['whole numbers for weights', { change: replaced(`${query}.bias`, { dtype: 'I32' }) }, 'invalid_model_file', 'I32'],
    ['a tensor that no encoder has', { change: (tensors) => [...tensors, { name: 'encoder.layer.0.crossattention.weight', data: floatBytes([1]) }] }, 'unsupported_model', 'crossattention'],
    ['another count of tokens', { config: { vocab_size: 41 } }, 'invalid_model_file', '40 rows'],
    ['more positions than there are', { config: { max_position_embeddings: 512 } }, 'invalid_model_file', 'positions for 24'],
    ['another width', { config: { hidden_size: 128 } }, 'invalid_model_file', '64 wide'],
    ['more layers than there are', { config: { num_hidden_layers: 3 } }, 'invalid_model_file', 'encoder.layer.2'],
    ['fewer layers than there are', { config: { num_hidden_layers: 1 } }, 'unsupported_model', 'encoder.layer.1'],
    ['heads that do not fit', { config: { num_attention_heads: 5 } }, 'invalid_model_file', 'num_attention_heads'],
    ['a width in words', { config: { hidden_size: 'wide' } }, 'invalid_model_file', 'hidden_size'],
    ['relative positions', { config: { position_embedding_type: 'relative_key' } }, 'unsupported_model', 'relative_key'],
    ['an unknown activation', { config: { hidden_act: 'mish' } }, 'unsupported_model', 'mish'],
    ['pooling by the largest', { beside: { '1_Pooling/config.json': { pooling_mode_max_tokens: true } } }, 'unsupported_model', 'max_tokens'],
  ])('%s', async (_, options, code, named) => {
    const error = await convert(options).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'TaskError', code });
    expect((error as Error).message).toContain(named);
  });
});
