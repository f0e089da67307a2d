import { isTaskError, TaskError } from '@glm-tasks/weights';
import type { Part } from '../../engine.ts';
import { createBatchLoop, type BatchLoop } from './batch-loop.ts';
import { openGraphSession } from './graph-session.ts';
import { createKeyValueCache } from './key-value-cache.ts';
import { planMemory } from './memory-plan.ts';
import { readModelFolder } from './model-folder.ts';
import { createPrefixStore } from './prefix-store.ts';
import type { EngineOptions, Failure, FromEngine, ToEngine } from './protocol.ts';
import { loadTokenizer, type PromptTokenizer } from './tokenizer.ts';

// The engine's own process: a native crash or a full memory ends this process and not the caller's.

interface Loaded {
  loop: BatchLoop;
  tokenizer: PromptTokenizer;
  contextLength: number;
}

let loaded: Loaded | undefined;

process.on('message', (message: ToEngine) => void receive(message));
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches every process of the terminal; the caller decides what it means and ends this process by closing the channel.
process.on('SIGINT', () => {});

async function receive(message: ToEngine): Promise<void> {
  try {
    if (message.type === 'load') loaded = await load(message.options);
    else if (loaded === undefined) throw new TaskError('engine_crashed', 'The engine process was asked before it was loaded.');
    else handle(message, loaded);
  } catch (error) {
    send({ type: 'failed', id: 'id' in message ? message.id : undefined, failure: toFailure(error) });
  }
}

async function load(options: EngineOptions): Promise<Loaded> {
  const model = await readModelFolder(options.folder);
  const plan = planMemory(model, options);
  const [session, tokenizer] = await Promise.all([openGraphSession(model, options.threads), loadTokenizer(model)]);
  const loop = createBatchLoop({
    session,
    cache: createKeyValueCache(model, plan.slots, plan.contextLength),
    prefixes: createPrefixStore(plan.prefixTokens),
    plan,
    eosTokenIds: model.eosTokenIds,
    decode: tokenizer.decode,
    emit,
    fail: (ids, error) => ids.forEach((id) => send({ type: 'failed', id, failure: toFailure(error) })),
  });
  send({ type: 'ready', name: model.family, slots: plan.slots, contextLength: plan.contextLength, plannedBytes: plan.bytes });
  return { loop, tokenizer, contextLength: plan.contextLength };
}

function handle(message: Exclude<ToEngine, { type: 'load' }>, { loop, tokenizer, contextLength }: Loaded): void {
  switch (message.type) {
    case 'generate': {
      const { prompt: input, ...request } = message.request;
      const prompt = tokenizer.encodePrompt(input);
      if (prompt.length === 0) throw new TaskError('invalid_input', 'The prompt is empty: it holds no tokens.');
      if (prompt.length >= contextLength) {
        throw new TaskError('context_overflow', `The prompt has ${prompt.length} tokens and the context holds ${contextLength}, output included. Shorten it, or load the model with a larger contextLength.`, {
          details: { limit: contextLength, got: prompt.length },
        });
      }
      return loop.add({ id: message.id, prompt, request });
    }
    case 'abort':
      return loop.abort(message.id);
    case 'count':
      return send({ type: 'counts', id: message.id, counts: message.texts.map(tokenizer.countTokens) });
    default:
      message satisfies never;
  }
}

let outbox: [number, Part][] = [];

/** What the rows of one step have to say goes out as one message: each costs the caller's process a wake-up. */
function emit(id: number, part: Part): void {
  outbox.push([id, part]);
  if (outbox.length > 1) return;
  queueMicrotask(() => {
    send({ type: 'parts', parts: outbox });
    outbox = [];
  });
}

function toFailure(error: unknown): Failure {
  if (isTaskError(error)) return { code: error.code, message: error.message, details: error.details };
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'engine_crashed', message: `The engine failed inside the model: ${reason}`, details: {} };
}

function send(message: FromEngine): void {
  // After the caller has gone there is nobody to tell; `disconnect` ends this process.
  if (process.connected) process.send!(message);
}
