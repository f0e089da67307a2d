import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findFormat, isRepositoryName, prepareModel, pull, storeRoot, TaskError } from '@glm-tasks/weights';
import type { Engine } from './engine.ts';
import type { RemoteName } from './engines/openai/read-name.ts';
import { parseRemoteName } from './engines/openai/read-name.ts';
import type { LoadOptions } from './from-pretrained.ts';
import { isVectorFile } from './static-vectors.ts';

/** From a name to the engine that runs it. Each engine's code is loaded with the first model that needs it. */
export async function openEngine(name: string, options: LoadOptions): Promise<Engine> {
  const remote = parseRemoteName(name);
  const [prefix, rest] = cutPrefix(name);
  const converts = remote === undefined && prefix !== 'llama-cpp' && prefix !== 'transformers-js' && !isVectorFile(name);
  if (options.adapter !== undefined && !converts) refuseAdapter(name);
  if (remote !== undefined) return await openRemote(remote, options);
  if (prefix === 'llama-cpp') return await openLlamaCpp(rest, options);
  if (prefix === 'transformers-js') return await openTransformersJs(rest, options);
  if (isVectorFile(name)) return await openVectors(name, options);
  if (isRepositoryName(name) && options.adapter === undefined && (await shipsOnnx(name, options))) return await openTransformersJs(name, options);
  return await openOnnx(name, options);
}

/** Whether a repository of the Hub is run as its owner exported it; what it holds besides is then left alone. */
async function shipsOnnx(name: string, options: LoadOptions): Promise<boolean> {
  if (await isFolder(name)) return false;
  // What was fetched once is known without a network.
  if (await isFolder(join(storeRoot(), 'transformers-js', name, 'onnx'))) return true;
  return (await findFormat(name, pick(options, ['offline', 'signal']))) === 'onnx';
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

async function openOnnx(name: string, options: LoadOptions): Promise<Engine> {
  const { folder } = await prepareModel(name, options);
  options.onProgress?.({ stage: 'load', message: `loading ${name}` });
  const { isEncoderFolder } = await import('./engines/onnx/encoder-folder.ts');
  if (await isEncoderFolder(folder)) {
    const { createEncoderEngine } = await import('./engines/onnx/encoder-engine.ts');
    return await createEncoderEngine(folder, pick(options, ['threads', 'memoryBudget', 'signal']));
  }
  const { createOnnxEngine } = await import('./engines/onnx/onnx-engine.ts');
  return await createOnnxEngine(folder, pick(options, ['slots', 'contextLength', 'threads', 'memoryBudget', 'signal']));
}

/** Left aside in silence, it would be another model that answers. */
function refuseAdapter(name: string): never {
  throw new TaskError('invalid_input', `"adapter" is merged when a model is converted, and ${JSON.stringify(name.slice(0, 200))} is not converted here. Give a .gguf file, a folder of the Hub or a catalog id.`, {
    details: { field: 'adapter' },
  });
}

async function openVectors(path: string, options: LoadOptions): Promise<Engine> {
  const { createVectorEngine } = await import('./static-vectors-engine.ts');
  const onRead = (bytes: number, total: number): void => options.onProgress?.({ stage: 'load', file: path, bytes, total });
  return await createVectorEngine(path, { ...pick(options, ['vocabulary', 'memoryBudget', 'signal']), onRead });
}

async function openRemote({ provider, model, baseUrl }: RemoteName, options: LoadOptions): Promise<Engine> {
  const { createOpenAiEngine } = await import('./engines/openai/openai-engine.ts');
  const chosen = pick(options, ['apiKey', 'slots', 'contextLength', 'firstTokenTimeout', 'idleTimeout', 'signal']);
  return await createOpenAiEngine({ provider, model, baseUrl: options.baseUrl ?? baseUrl, ...chosen });
}

async function openLlamaCpp(nameOrFile: string, options: LoadOptions): Promise<Engine> {
  const { createLlamaCppEngine } = await import('./engines/llama-cpp/llama-cpp-engine.ts');
  const file = /^\.{0,2}[/\\]|^[A-Za-z]:[/\\]/.test(nameOrFile) ? nameOrFile : await pullFile(nameOrFile, options);
  options.onProgress?.({ stage: 'load', message: `loading ${nameOrFile}` });
  return await createLlamaCppEngine(file, pick(options, ['slots', 'contextLength', 'threads', 'signal']));
}

async function openTransformersJs(repositoryOrFolder: string, options: LoadOptions): Promise<Engine> {
  const { createTransformersJsEngine } = await import('./engines/transformers-js/transformers-js-engine.ts');
  return await createTransformersJsEngine(repositoryOrFolder, pick(options, ['dtype', 'languages', 'contextLength', 'threads', 'offline', 'signal', 'onProgress']));
}

async function pullFile(name: string, options: LoadOptions): Promise<string> {
  const { files } = await pull(name, pick(options, ['onProgress', 'signal', 'offline', 'trustFirst']));
  return files[0]!.path!;
}

function cutPrefix(name: string): [prefix: string, rest: string] {
  const colon = name.indexOf(':');
  return [name.slice(0, Math.max(0, colon)).toLowerCase(), name.slice(colon + 1)];
}

/** The options an engine knows, without those that were not given. */
function pick<K extends keyof LoadOptions>(options: LoadOptions, keys: readonly K[]): { [P in K]?: Exclude<LoadOptions[P], undefined> } {
  return Object.fromEntries(keys.filter((key) => options[key] !== undefined).map((key) => [key, options[key]])) as { [P in K]?: Exclude<LoadOptions[P], undefined> };
}
