import { readFile } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { TaskError } from '@glm-tasks/weights';

export interface EncoderOptions {
  folder: string;
  threads: number;
  memoryBudget: number | undefined;
}

/** What the engine needs to know of a converted encoder; the converter wrote it into `manifest.json`. */
export interface EncoderFolder {
  folder: string;
  graph: string;
  family: string;
  /** Tokens of a text at most, special ones included. */
  contextLength: number;
  dimensions: number;
}

// One batch of activations, the tokenizer and the runtime itself: 85 MB with all-MiniLM-L6-v2 (173 MB resident with its weights); more for wider models.
const OVERHEAD_BYTES = 200e6;
const BUDGET_SHARE = 0.85;

/** Whether a converted folder holds an encoder. */
export async function isEncoderFolder(folder: string): Promise<boolean> {
  return (await readManifest(folder))['kind'] === 'encoder';
}

export async function readEncoderFolder({ folder, memoryBudget }: EncoderOptions): Promise<EncoderFolder> {
  const manifest = await readManifest(folder);
  const count = (name: string): number => {
    const value = manifest[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) throw damaged(folder, `"${name}" is ${String(value)}`);
    return value;
  };
  const files = Object.values((manifest['files'] ?? {}) as Record<string, { bytes?: unknown }>);
  const needBytes = files.reduce((sum, { bytes }) => sum + (Number(bytes) || 0), OVERHEAD_BYTES);
  const budgetBytes = memoryBudget ?? freemem() * BUDGET_SHARE;
  if (needBytes > budgetBytes) {
    const [need, budget] = [needBytes, budgetBytes].map((bytes) => Math.ceil(bytes / 1e6));
    throw new TaskError('insufficient_memory', `The encoder needs ${need} MB, but the budget is ${budget} MB. Free memory, or use a smaller model.`, { details: { needBytes, budgetBytes } });
  }
  return {
    folder,
    graph: join(folder, 'onnx', 'engine.onnx'),
    family: String(manifest['family']),
    contextLength: count('contextLength'),
    dimensions: count('dimensions'),
  };
}

async function readManifest(folder: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof SyntaxError) throw damaged(folder, 'manifest.json is not JSON', cause);
    throw new TaskError('model_not_found', `No converted model in "${folder}": manifest.json cannot be read.`, { cause, details: { folder } });
  }
}

function damaged(folder: string, what: string, cause?: unknown): TaskError {
  return new TaskError('invalid_model_file', `The model folder "${folder}" is damaged: ${what}. Remove it and pull or convert the model again.`, { cause, details: { folder } });
}
