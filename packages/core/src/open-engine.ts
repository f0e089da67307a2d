import { prepareModel, pull } from '@glm-tasks/weights';
import type { Engine } from './engine.ts';
import type { RemoteName } from './engines/openai/read-name.ts';
import { parseRemoteName } from './engines/openai/read-name.ts';
import type { LoadOptions } from './from-pretrained.ts';

/** From a name to the engine that runs it. Each engine's code is loaded with the first model that needs it. */
export async function openEngine(name: string, options: LoadOptions): Promise<Engine> {
  const remote = parseRemoteName(name);
  if (remote !== undefined) return await openRemote(remote, options);
  const [prefix, rest] = cutPrefix(name);
  if (prefix === 'llama-cpp') return await openLlamaCpp(rest, options);
  if (prefix === 'transformers-js') return await openTransformersJs(rest, options);
  return await openOnnx(name, options);
}

async function openOnnx(name: string, options: LoadOptions): Promise<Engine> {
  const { folder } = await prepareModel(name, options);
  options.onProgress?.({ stage: 'load', message: `loading ${name}` });
  const { createOnnxEngine } = await import('./engines/onnx/onnx-engine.ts');
  return await createOnnxEngine(folder, pick(options, ['slots', 'contextLength', 'threads', 'memoryBudget', 'signal']));
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
  return await createTransformersJsEngine(repositoryOrFolder, pick(options, ['contextLength', 'threads', 'signal', 'onProgress']));
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
