import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { env as libraryEnv } from '@huggingface/transformers';
import { TaskError } from '@glm-tasks/weights';

export type Pooling = 'mean' | 'first';

const FILE = '1_Pooling/config.json';

/** What a sentence-transformers repository says of itself, which transformers.js leaves to its caller to know. Without a word, the mean. */
export async function readPooling(source: string, isFolder: boolean, env: typeof libraryEnv): Promise<Pooling> {
  const kept = isFolder ? join(source, FILE) : join(env.cacheDir ?? '', source, FILE);
  let text = await readFile(kept, 'utf8').catch(() => undefined);
  if (text === undefined && !isFolder && env.allowRemoteModels) {
    text = await fetchText(`${env.remoteHost}${source}/resolve/main/${FILE}`);
    await mkdir(dirname(kept), { recursive: true });
    await writeFile(kept, text);
  }
  return text === undefined ? 'mean' : parsePooling(text, source);
}

/** An empty object where the repository has no such file: then there is nothing to say, and nothing to ask again. */
async function fetchText(url: string): Promise<string> {
  const token = process.env['HF_TOKEN'];
  const response = await fetch(url, { headers: token ? { authorization: `Bearer ${token}` } : {} });
  if (response.status === 404) return '{}';
  if (response.ok) return await response.text();
  throw new TaskError('download_failed', `${url} was answered with status ${response.status}. Try again.`, { retryable: true });
}

function parsePooling(text: string, source: string): Pooling {
  let config: Record<string, unknown>;
  try {
    config = JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new TaskError('invalid_model_file', `${FILE} of "${source}" is not JSON.`, { cause });
  }
  const chosen = Object.entries(config).flatMap(([key, value]) => (key.startsWith('pooling_mode_') && value === true ? [key] : []));
  if (chosen.length === 0 || chosen.join() === 'pooling_mode_mean_tokens') return 'mean';
  if (chosen.join() === 'pooling_mode_cls_token') return 'first';
  throw new TaskError('unsupported_model', `"${source}" pools by ${chosen.join(' and ')}. Supported: pooling_mode_mean_tokens, pooling_mode_cls_token.`);
}
