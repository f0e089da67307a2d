import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertDecoder, type Precision } from './convert.ts';
import { isTaskError } from './errors.ts';
import { hubNameOf, writeHubFolder, type HubType } from './testing/hub-folder.ts';
import { load, runEngine } from './testing/run-graph.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { createRandom, createTinyModel, type TinyModel, type TinyOptions, type TinyShape } from './testing/tiny-model.ts';
import { writeGguf } from './testing/write-gguf.ts';
import { floatBytes, writeSafetensors } from './testing/write-safetensors.ts';

const rank = 4;
const alpha = 8;
const text = [104, 101, 108, 259, 0, 258, 17];

interface Change {
  down: number[];
  up: number[];
  columns: number;
  rows: number;
}

/** Random low-rank matrices for some modules, rows in the order of the Hub. */
function randomChanges(modules: readonly string[], model: TinyModel): Map<string, Change> {
  const random = createRandom(3);
  const draw = (count: number): number[] => [...Float32Array.from({ length: count }, () => 0.2 * (random() - 0.5))];
  return new Map(
    modules.map((module) => {
      const [columns, rows] = model.tensors.find(({ name }) => name === `${module}.weight`)!.dimensions.map(Number) as [number, number];
      return [module, { down: draw(rank * columns), up: draw(rows * rank), columns, rows }];
    }),
  );
}

/** Where llama.cpp moves the rows of a head: i and i + half become 2 i and 2 i + 1. */
function rowInGguf(row: number, { headDimension }: TinyShape): number {
  const inHead = row % headDimension;
  const half = headDimension / 2;
  return row - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
}

const isTurned = (module: string, architecture: string): boolean => architecture === 'llama' && /attn_[qk]$/.test(module);

/** What the changes add up to, in the order of a GGUF file. */
function sumUp(changes: ReadonlyMap<string, Change>, model: TinyModel, scale: number): Map<string, number[]> {
  return new Map(
    Array.from(changes, ([module, { down, up, columns, rows }]) => {
      const sum = Array.from({ length: rows * columns }, () => 0);
      for (let row = 0; row < rows; row++) {
        const to = isTurned(module, model.architecture) ? rowInGguf(row, model.shape) : row;
        for (let column = 0; column < columns; column++) {
          let total = 0;
          for (let k = 0; k < rank; k++) total += up[row * rank + k]! * down[k * columns + column]!;
          sum[to * columns + column] = scale * total;
        }
      }
      return [`${module}.weight`, sum];
    }),
  );
}

async function writePeft(folder: string, changes: ReadonlyMap<string, Change>, type: HubType, config: object = {}): Promise<string> {
  await mkdir(folder);
  const tensors = Array.from(changes, ([module, { down, up, columns, rows }]) => {
    const name = `base_model.model.${hubNameOf(type, module)}`;
    return [
      { name: `${name}.lora_A.weight`, shape: [rank, columns], data: floatBytes(down) },
      { name: `${name}.lora_B.weight`, shape: [rows, rank], data: floatBytes(up) },
    ];
  }).flat();
  await writeFile(join(folder, 'adapter_model.safetensors'), writeSafetensors(tensors));
  await writeFile(join(folder, 'adapter_config.json'), JSON.stringify({ peft_type: 'LORA', r: rank, lora_alpha: alpha, bias: 'none', target_modules: ['q_proj'], modules_to_save: null, ...config }));
  return folder;
}

async function writeGgufAdapter(path: string, changes: ReadonlyMap<string, Change>, model: TinyModel, architecture = model.architecture): Promise<string> {
  const tensors = Array.from(changes, ([module, { down, up, columns, rows }]) => {
    const turned = up.slice();
    if (isTurned(module, model.architecture)) for (let row = 0; row < rows; row++) turned.splice(rowInGguf(row, model.shape) * rank, rank, ...up.slice(row * rank, (row + 1) * rank));
    return [
      { name: `${module}.weight.lora_a`, dimensions: [columns, rank], format: 'F32', data: floatBytes(down) } as const,
      { name: `${module}.weight.lora_b`, dimensions: [rank, rows], format: 'F32', data: floatBytes(turned) } as const,
    ];
  }).flat();
  const metadata = [['general.type', 'adapter'], ['general.architecture', architecture], ['adapter.type', 'lora'], ['adapter.lora.alpha', { float: alpha }]] as const;
  await writeFile(path, writeGguf({ metadata, tensors }));
  return path;
}

async function scores(model: TinyModel, checkpoint: string, precision: Precision, adapter?: string): Promise<number[][]> {
  const folder = join(await temporaryFolder(), 'converted');
  await mkdir(folder);
  await convertDecoder(checkpoint, folder, { precision, sourceSha256: 'ab'.repeat(32), ...(adapter === undefined ? {} : { adapter: { path: adapter, sha256: 'cd'.repeat(32) } }) });
  const session = await load(folder, 'engine.onnx');
  return await runEngine(session, model, text, [text.length]).finally(() => session.release());
}

async function setUp(options: TinyOptions, type: HubType, modules: readonly string[], config?: object) {
  const root = await temporaryFolder();
  const base = createTinyModel(options);
  const changes = randomChanges(modules, base);
  const scale = (config as { use_rslora?: boolean } | undefined)?.use_rslora === true ? alpha / Math.sqrt(rank) : alpha / rank;
  const merged = createTinyModel({ ...options, add: sumUp(changes, base, scale) });
  const paths = { base: join(root, 'base.gguf'), merged: join(root, 'merged.gguf') };
  await writeFile(paths.base, base.gguf);
  await writeFile(paths.merged, merged.gguf);
  return { root, base, changes, paths, peft: await writePeft(join(root, 'adapter'), changes, type, config) };
}

const distance = (actual: readonly number[][], expected: readonly number[][]): number =>
  Math.max(...actual.flatMap((row, i) => row.map((score, token) => Math.abs(score - expected[i]![token]!))));

const everywhere = ['blk.0.attn_q', 'blk.1.attn_k', 'blk.0.attn_v', 'blk.1.attn_output', 'blk.0.ffn_gate', 'blk.0.ffn_up', 'blk.1.ffn_down'];
const inGlm = ['blk.0.attn_q', 'blk.1.attn_k', 'blk.0.attn_v', 'blk.1.ffn_up', 'blk.1.ffn_down'];

describe.each<[what: string, options: TinyOptions, type: HubType, modules: readonly string[]]>([
  ['llama', { architecture: 'llama' }, 'llama', everywhere],
  ['qwen3', { architecture: 'qwen3' }, 'qwen3', everywhere],
  ['glm4', { architecture: 'glm4', tied: false }, 'glm4', [...inGlm, 'output']],
  ['chatglm with stacked matrices', { architecture: 'chatglm', tied: false }, 'chatglm', ['blk.0.attn_qkv', 'blk.1.ffn_up']],
  ['chatglm with matrices apart', { architecture: 'chatglm', fused: false, tied: false }, 'glm', inGlm],
])('%s and an adapter', (_, options, type, modules) => {
  // Stacked matrices are not yet stacked when the merged model is written, so there the base itself is the judge.
  const canSum = modules.every((module) => !/attn_qkv|ffn_up/.test(module)) || type === 'llama' || type === 'qwen3';

  it('say what the merged checkpoint says', async () => {
    const { root, base, changes, paths, peft } = await setUp(options, type, modules);
    const before = await scores(base, paths.base, 'source');
    const merged = await scores(base, paths.base, 'source', peft);
    expect(distance(merged, before)).toBeGreaterThan(0.05);
    if (canSum) expect(distance(merged, await scores(base, paths.merged, 'source'))).toBeLessThan(1e-5);
    const hub = await writeHubFolder(join(root, 'hub'), base, type);
    const asGguf = await writeGgufAdapter(join(root, 'adapter.gguf'), changes, base);
    for (const [checkpoint, adapter] of [[hub, peft], [hub, asGguf], [paths.base, asGguf]] as const) {
      expect(distance(await scores(base, checkpoint, 'source', adapter), merged)).toBeLessThan(1e-5);
    }
  });
});

it('scales by the root of the rank where the adapter says so', async () => {
  const { base, paths, peft } = await setUp({ architecture: 'llama' }, 'llama', everywhere, { use_rslora: true });
  expect(distance(await scores(base, paths.base, 'source', peft), await scores(base, paths.merged, 'source'))).toBeLessThan(1e-5);
});

it('rounds a merged matrix to 8 bits as it rounds the same matrix in a file', async () => {
  const { base, paths, peft } = await setUp({ architecture: 'llama' }, 'llama', everywhere);
  expect(await scores(base, paths.base, '8bit', peft)).toEqual(await scores(base, paths.merged, '8bit'));
});

it.each(['Q4_0', 'Q4_K', 'Q6_K', 'Q8_0'] as const)('adds to the weights that codes in %s stand for', async (fallback) => {
  const { base, paths, peft } = await setUp({ architecture: 'llama', fallback }, 'llama', everywhere);
  const expected = await scores(base, paths.merged, 'source');
  expect(distance(await scores(base, paths.base, 'source', peft), expected)).toBeLessThan(0.1);
  expect(distance(await scores(base, paths.base, '8bit', peft), expected)).toBeLessThan(0.3);
});

describe('an adapter that is refused', () => {
  const base = createTinyModel({ architecture: 'llama' });
  const write = async (config: object = {}, changes = randomChanges(['blk.0.attn_q'], base)): Promise<[string, string]> => {
    const root = await temporaryFolder();
    await writeFile(join(root, 'base.gguf'), base.gguf);
    return [join(root, 'base.gguf'), await writePeft(join(root, 'adapter'), changes, 'llama', config)];
  };
  const refusal = async (checkpoint: string, adapter: string): Promise<[unknown, string]> => {
    const error = await scores(base, checkpoint, 'source', adapter).catch((reason: unknown) => reason);
    return [isTaskError(error) ? error.code : error, (error as Error).message];
  };

  it.each([
    ['modules that are saved whole', { modules_to_save: ['lm_head'] }, 'lm_head'],
    ['another kind', { peft_type: 'IA3' }, 'IA3'],
    ['magnitudes apart', { use_dora: true }, 'use_dora'],
    ['biases', { bias: 'lora_only' }, 'lora_only'],
    ['ranks by pattern', { rank_pattern: { q_proj: 8 } }, 'rank_pattern'],
    ['a changed base', { init_lora_weights: 'pissa_niter_4' }, 'pissa'],
  ])('for %s', async (_, config, named) => {
    const [code, message] = await refusal(...(await write(config)));
    expect(code).toBe('unsupported_model');
    expect(message).toContain(named);
  });

  it.each<[string, TinyOptions, string]>([
    ['with more layers', {}, 'blk.7'],
    ['of another width', {}, '64 x 128'],
  ])('because it was made for a base %s', async (what, _, named) => {
    const change = randomChanges(['blk.0.attn_q'], base).get('blk.0.attn_q')!;
    const changes = what === 'with more layers' ? new Map([['blk.7.attn_q', change]]) : new Map([['blk.0.attn_q', { down: change.down.slice(0, rank * 128), up: change.up.slice(0, 64 * rank), columns: 128, rows: 64 }]]);
    const [code, message] = await refusal(...(await write({}, changes)));
    expect(code).toBe('invalid_input');
    expect(message).toContain(named);
  });

  it('because it was made for another architecture', async () => {
    const [checkpoint] = await write();
    const adapter = await writeGgufAdapter(join(await temporaryFolder(), 'adapter.gguf'), randomChanges(['blk.0.attn_q'], base), base, 'qwen2');
    const [code, message] = await refusal(checkpoint, adapter);
    expect(code).toBe('invalid_input');
    expect(message).toContain('qwen2');
  });

  it('because half of it, its weights or all of it is missing', async () => {
    const [checkpoint, adapter] = await write();
    expect(await refusal(checkpoint, `${adapter}-elsewhere`)).toEqual(['model_not_found', expect.stringContaining('elsewhere')]);
    await writeFile(join(adapter, 'adapter_model.safetensors'), writeSafetensors([{ name: 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight', shape: [1, 256], data: floatBytes(Array.from({ length: 256 }, () => 0)) }]));
    expect(await refusal(checkpoint, adapter)).toEqual(['invalid_model_file', expect.stringContaining('other half')]);
    await rm(join(adapter, 'adapter_model.safetensors'));
    expect(await refusal(checkpoint, adapter)).toEqual(['invalid_model_file', expect.stringContaining('adapter_model.safetensors')]);
  });

  it('because a weight of it is not a number', async () => {
    const changes = randomChanges(['blk.0.attn_q'], base);
    changes.get('blk.0.attn_q')!.up[5] = Number.NaN;
    expect(await refusal(...(await write({}, changes)))).toEqual(['invalid_model_file', expect.stringContaining('lora_B.weight of its adapter')]);
  });
});
