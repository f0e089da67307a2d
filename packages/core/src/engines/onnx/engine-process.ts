import { TaskError } from '@glm-tasks/weights';
import type { GenerateRequest } from '../../engine.ts';
import { followCaller, send, toFailure } from '../model-process/call-home.ts';
import type { Reply, ToProcess } from '../model-process/protocol.ts';
import { createAvoidConstraint } from './avoid-constraint.ts';
import { createBatchLoop, type BatchLoop, type Job } from './batch-loop.ts';
import { createChoicesConstraint } from './choices-constraint.ts';
import { createGrammars, type Grammars } from './grammar.ts';
import { openGraphSession } from './graph-session.ts';
import { createKeyValueCache } from './key-value-cache.ts';
import { planMemory } from './memory-plan.ts';
import { readModelFolder } from './model-folder.ts';
import { createPrefixStore } from './prefix-store.ts';
import type { EngineOptions } from './protocol.ts';
import { loadTokenizer, type PromptTokenizer } from './tokenizer.ts';

// The engine's own process: a native crash or a full memory ends this process and not the caller's.

interface Loaded {
  loop: BatchLoop;
  tokenizer: PromptTokenizer;
  grammars: Grammars;
  eosTokenIds: readonly number[];
  vocabularySize: number;
  contextLength: number;
}

let loaded: Loaded | undefined;

/** Requests that are not in the loop yet. */
const preparing = new Set<number>();

process.on('message', (message: ToProcess<EngineOptions>) => void receive(message));
followCaller();

async function receive(message: ToProcess<EngineOptions>): Promise<void> {
  try {
    if (message.type === 'load') loaded = await load(message.options);
    else if (loaded === undefined) throw new TaskError('engine_crashed', 'The engine process was asked before it was loaded.');
    else await handle(message, loaded);
  } catch (error) {
    const failure = toFailure(error);
    if (message.type === 'load') send({ type: 'unloadable', failure });
    else emit(message.id, { type: 'failed', failure });
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
    show: tokenizer.bytes.showToken,
    emit,
    report: (id, scores) => emit(id, { type: 'scores', scores }),
    fail: (ids, error) => ids.forEach((id) => emit(id, { type: 'failed', failure: toFailure(error) })),
  });
  send({ type: 'ready', ready: { name: model.family, slots: plan.slots, contextLength: plan.contextLength } });
  const { eosTokenIds, vocabularySize } = model;
  return { loop, tokenizer, grammars: createGrammars(tokenizer.bytes, eosTokenIds), eosTokenIds, vocabularySize, contextLength: plan.contextLength };
}

async function handle(message: Exclude<ToProcess<EngineOptions>, { type: 'load' }>, engine: Loaded): Promise<void> {
  const { loop, tokenizer } = engine;
  switch (message.type) {
    case 'generate': {
      const { prompt, ...request } = message.request;
      const job: Job = { id: message.id, prompt: encodePrompt(prompt, engine), request };
      checkLogitBias(request.logitBias, engine.vocabularySize);
      return addHeld(job, engine);
    }
    case 'score': {
      const continuations = message.continuations.map(tokenizer.encodeContinuation);
      const longest = Math.max(0, ...continuations.map((tokens) => tokens.length));
      return loop.add({ id: message.id, prompt: encodePrompt(message.prompt, engine, longest), request: {}, continuations });
    }
    case 'abort':
      return preparing.delete(message.id) ? undefined : loop.abort(message.id);
    case 'count':
      return emit(message.id, { type: 'counts', counts: message.texts.map(tokenizer.countTokens) });
    case 'embed':
    case 'answer':
      throw new TaskError('invalid_input', `A model that writes cannot ${message.type}.`);
    default:
      message satisfies never;
  }
}

/** @param room tokens that must fit behind the prompt */
function encodePrompt(input: GenerateRequest['prompt'], { tokenizer, contextLength }: Loaded, room = 1): number[] {
  const prompt = tokenizer.encodePrompt(input);
  if (prompt.length === 0) throw new TaskError('invalid_input', 'The prompt is empty: it holds no tokens.');
  if (prompt.length + room <= contextLength) return prompt;
  const behind = room > 1 ? `, the longest continuation ${room}` : '';
  throw new TaskError('context_overflow', `The prompt has ${prompt.length} tokens${behind} and the context holds ${contextLength}, output included. Shorten it, or load the model with a larger contextLength.`, {
    details: { limit: contextLength, got: prompt.length },
  });
}

function checkLogitBias(bias: GenerateRequest['logitBias'], vocabularySize: number): void {
  const wrong = Object.keys(bias ?? {}).find((token) => Number(token) >= vocabularySize);
  if (wrong !== undefined) throw new TaskError('invalid_input', `logitBias holds ${wrong}, which is not a token id from 0 to ${vocabularySize - 1}.`, { details: { token: wrong } });
}

async function addHeld(job: Job, { loop, tokenizer, grammars, eosTokenIds }: Loaded): Promise<void> {
  const { avoid, choices, json } = job.request;
  if (avoid !== undefined) return loop.add({ ...job, constraint: createAvoidConstraint(avoid, tokenizer.bytes) });
  if (choices !== undefined) return loop.add({ ...job, constraint: createChoicesConstraint(choices, tokenizer.bytes, eosTokenIds) });
  if (json === undefined) return loop.add(job);
  preparing.add(job.id);
  try {
    const held = await grammars.hold(json.schema);
    if (preparing.has(job.id)) loop.add({ ...job, ...held });
    else held.constraint.dispose();
  } finally {
    preparing.delete(job.id);
  }
}

let outbox: [number, Reply][] = [];

/** What the rows of one step have to say goes out as one message. */
function emit(id: number, reply: Reply): void {
  outbox.push([id, reply]);
  if (outbox.length > 1) return;
  queueMicrotask(() => {
    send({ type: 'replies', replies: outbox });
    outbox = [];
  });
}
