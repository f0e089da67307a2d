import { TaskError, isTaskError } from '@glm-tasks/weights';
import { readBody } from './read-body.ts';
import { asRecord } from './read-chunk.ts';
import { replyFailure } from './reply-failure.ts';
import { send } from './send.ts';
import type { Server } from './server.ts';
import { createWatch } from './watch.ts';

export interface ListedModel {
  id: string;
  /** Tokens of prompt and output together, where the server tells. */
  contextLength: number | undefined;
}

const patience = { firstTokenTimeout: 15_000, idleTimeout: 15_000 };

/** @throws TaskError where the server cannot be reached, or has no such list */
export async function listModels(server: Server, signal?: AbortSignal): Promise<ListedModel[]> {
  const watch = createWatch(server.shown, patience, signal);
  // Ollama keeps its list of models in the OpenAI form below /v1.
  const path = server.provider.wire === 'ollama' ? '/v1/models' : '/models';
  try {
    const reply = await watch.wait(send(server, { path, signal: watch.signal }));
    const text = await readBody(watch.chunks(reply.chunks));
    reply.discard('any');
    const { data } = reply.status === 200 ? asRecord(parse(text)) : {};
    if (Array.isArray(data)) return data.map(asRecord).filter(({ id }) => typeof id === 'string').map(readModel);
    throw replyFailure(reply.status, reply.headers, text, { server, model: '', body: {} });
  } finally {
    watch.close();
  }
}

/** Settles on a model before the first request, and says at once when the server has not got it. */
export async function settleModel(server: Server, wanted: string | undefined, signal?: AbortSignal): Promise<ListedModel> {
  const { models } = server.provider;
  if (wanted !== undefined && models === 'unasked') return { id: wanted, contextLength: undefined };
  const listed = await listModels(server, signal).catch((error: unknown) => {
    // Many a server has no list. One that is not there, or refuses the key, fails every request to come.
    if (wanted !== undefined && isTaskError(error) && [404, 405, 501].includes(Number(error.details['status']))) return undefined;
    throw error;
  });
  const found = listed?.find(({ id }) => id === wanted) ?? (listed?.length === 1 && (wanted === undefined || models === 'one') ? listed[0] : undefined);
  if (found) return found;
  if (wanted !== undefined && (listed === undefined || listed.length === 0 || models !== 'all')) return { id: wanted, contextLength: undefined };
  throw modelNotFound(server, wanted, listed ?? []);
}

export function modelNotFound({ shown, redact }: Server, wanted: string | undefined, listed: ListedModel[]): TaskError {
  const ids = listed.map(({ id }) => redact(id));
  const some = `${ids.slice(0, 12).join(', ')}${ids.length > 12 ? ` and ${ids.length - 12} more` : ''}`;
  const what = wanted === undefined ? `No model is named, and ${shown} has ${ids.length}` : `${shown} has no model "${wanted}"`;
  const message = `${what}; name one of its models${ids.length > 0 ? `: ${some}` : ''}.`;
  return new TaskError('model_not_found', message, { details: { wanted: wanted ?? null, models: ids.slice(0, 100) } });
}

function readModel({ id, max_model_len, meta }: Record<string, unknown>): ListedModel {
  // vLLM and SGLang; llama-server
  const length = max_model_len ?? asRecord(meta)['n_ctx'];
  return { id: String(id), contextLength: typeof length === 'number' && length > 0 ? length : undefined };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // what came instead is said by replyFailure
  }
}
