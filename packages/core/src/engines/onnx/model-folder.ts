import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskError } from '@glm-tasks/weights';

/** What the engine needs to know of a converted model; the converter wrote it into `manifest.json`. */
export interface ModelFolder {
  folder: string;
  graph: string;
  family: string;
  /** Positions the rotary tables reach, in tokens. */
  contextLength: number;
  vocabularySize: number;
  layers: number;
  keyValueHeads: number;
  headDimension: number;
  eosTokenIds: number[];
  addBos: boolean;
  bosTokenId: number | undefined;
  /** Weights on disk, in bytes: what a loaded session takes at least. */
  weightBytes: number;
}

/** Reads and checks `manifest.json`. A folder without a whole manifest was never finished and is refused. */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  const manifest = await readManifest(folder);
  const number = (name: string): number => {
    const value = manifest[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) throw damaged(folder, `"${name}" is ${String(value)}`);
    return value;
  };
  const eosTokenIds = manifest['eosTokenIds'];
  if (!Array.isArray(eosTokenIds) || !eosTokenIds.every(Number.isSafeInteger)) throw damaged(folder, '"eosTokenIds" is not a list of numbers');
  const bosTokenId = manifest['bosTokenId'];
  return {
    folder,
    graph: join(folder, 'onnx', 'engine.onnx'),
    family: String(manifest['family']),
    contextLength: number('contextLength'),
    vocabularySize: number('vocabularySize'),
    layers: number('layers'),
    keyValueHeads: number('keyValueHeads'),
    headDimension: number('headDimension'),
    eosTokenIds: eosTokenIds as number[],
    addBos: manifest['addBos'] === true,
    bosTokenId: typeof bosTokenId === 'number' ? bosTokenId : undefined,
    weightBytes: sumBytes(manifest['files']),
  };
}

async function readManifest(folder: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(join(folder, 'manifest.json'), 'utf8');
  } catch (cause) {
    throw new TaskError('model_not_found', `No converted model in "${folder}": manifest.json cannot be read. Give a catalog id, a .gguf file or a folder made by the converter.`, { cause, details: { folder } });
  }
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (cause) {
    throw damaged(folder, 'manifest.json is not JSON', cause);
  }
  if (typeof manifest !== 'object' || manifest === null || !('format' in manifest)) throw damaged(folder, 'manifest.json has no "format"');
  if (manifest.format !== 1) throw damaged(folder, `manifest format ${String(manifest.format)} is not 1`);
  return manifest as Record<string, unknown>;
}

function sumBytes(files: unknown): number {
  if (typeof files !== 'object' || files === null) return 0;
  return Object.values(files).reduce<number>((sum, file) => sum + (Number((file as { bytes?: unknown }).bytes) || 0), 0);
}

function damaged(folder: string, what: string, cause?: unknown): TaskError {
  return new TaskError('invalid_model_file', `The model folder "${folder}" is damaged: ${what}. Remove it and pull or convert the model again.`, { cause, details: { folder } });
}
