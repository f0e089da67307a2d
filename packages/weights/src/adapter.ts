import { stat } from 'node:fs/promises';
import type { RotaryPairs } from './architectures/rotary.ts';
import { TaskError } from './errors.ts';
import type { Checkpoint, StoredTensor } from './formats/checkpoint.ts';
import { readGgufAdapter } from './gguf-adapter.ts';
import { readPeftAdapter } from './peft-adapter.ts';

/** `scale * up x down`, what a low-rank adapter adds to a matrix (LoRA, https://arxiv.org/abs/2106.09685). */
export interface LowRank {
  /** rank x columns of the matrix */
  down: StoredTensor;
  /** rows of the matrix x rank */
  up: StoredTensor;
  scale: number;
  /** For query and key where adapter and base pair up a head's numbers differently; undefined where rows are in one order. */
  otherPairs?: { headDimension: number; ofBase: RotaryPairs };
}

/** An adapter as it lies on disk. */
export interface Adapter {
  name: string;
  /** What the names of its matrices become in each way that the base may be named; the first that fits is taken. */
  namings: readonly ReadonlyMap<string, LowRank>[];
  /** How its rows of query and key are ordered. */
  rotaryPairs: RotaryPairs;
}

/**
 * Reads an adapter and checks that it was made for this base.
 *
 * @param path a folder of PEFT (`adapter_config.json`, `adapter_model.safetensors`), or a `.gguf` file
 * @returns its matrices, by the names of the tensors they change
 * @throws TaskError `invalid_model_file` for a damaged adapter, `unsupported_model` for one that is more than low-rank matrices,
 * `invalid_input` for one made for another base, naming what does not fit
 */
export async function readAdapter(path: string, base: Checkpoint): Promise<ReadonlyMap<string, LowRank>> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) throw new TaskError('model_not_found', `There is no adapter ${JSON.stringify(path.slice(0, 500))}.`);
  const adapter = info.isDirectory() ? await readPeftAdapter(path, base.family) : await readGgufAdapter(path, base.family);
  const problems = adapter.namings.map((matrices) => findMisfit(matrices, base));
  const fitting = adapter.namings[problems.indexOf(undefined)];
  if (fitting === undefined) {
    const problem = problems[0] ?? 'changes no matrix';
    throw new TaskError('invalid_input', `The adapter ${adapter.name} was made for another base than ${base.name}: it ${problem}. Give the base that it was trained on.`, {
      details: { adapter: adapter.name, base: base.name, problem },
    });
  }
  const { headDimension, rotaryPairs: ofBase } = base.shape;
  if (adapter.rotaryPairs === ofBase) return fitting;
  return new Map(Array.from(fitting, ([name, matrices]) => [name, /\.attn_[qk]\.weight$/.test(name) ? { ...matrices, otherPairs: { headDimension, ofBase } } : matrices]));
}

function findMisfit(matrices: ReadonlyMap<string, LowRank>, { tensors }: Checkpoint): string | undefined {
  if (matrices.size === 0) return 'changes none of its matrices';
  for (const [name, { down, up }] of matrices) {
    const tensor = tensors.get(name);
    if (tensor === undefined) return `changes ${name}, which the base does not have`;
    if (down.columns !== tensor.columns || up.rows !== tensor.rows) {
      return `adds ${up.rows} x ${down.columns} numbers to ${name}, which has ${tensor.rows} x ${tensor.columns}`;
    }
  }
  return undefined;
}
