import { TaskError } from '@glm-tasks/weights';
import type { Engine, GenerateRequest, JsonSchema, Message } from './engine.ts';
import type { RunOptions } from './model.ts';

const ROLES = new Set(['system', 'user', 'assistant']);
/** setTimeout fires at once beyond this. */
const LONGEST_DEADLINE = 2 ** 31 - 1;

/**
 * One check for all engines: what passes is text every engine can tokenize and numbers every sampler can use.
 * Lone surrogates and NUL become U+FFFD, as in CommonMark.
 */
export function checkRequest(engine: Engine, prompt: string | Message[] | number[], options: RunOptions): GenerateRequest {
  checkSampling(options);
  checkNumber('maxTokens', options.maxTokens, 'a whole number from 1', (value) => Number.isSafeInteger(value) && value >= 1);
  checkNumber('priority', options.priority, 'a finite number', Number.isFinite);
  checkNumber('deadline', options.deadline, `milliseconds from 1 to ${LONGEST_DEADLINE}`, (value) => value >= 1 && value <= LONGEST_DEADLINE);
  checkNumber('logprobs', options.logprobs, 'a whole number from 0 to 20', isWhole(0, 20));
  if (options.logprobs !== undefined && !engine.can.logprobs) throw cannot('logprobs', options.logprobs, engine, 'reports no log-probabilities');
  if (options.outputIds && !engine.can.tokens) throw cannot('outputIds', options.outputIds, engine, 'reports no token ids');
  const { priority: _priority, deadline: _deadline, stop, avoid, choices, json, ...rest } = options;
  const request: GenerateRequest = { ...rest, prompt: checkPrompt(engine, prompt) };
  if (stop !== undefined) request.stop = checkStop(stop);
  if (avoid !== undefined) request.avoid = checkAvoid(avoid);
  if (choices !== undefined) request.choices = checkChoices(choices, options);
  if (json !== undefined) request.json = checkJson(engine, json, options);
  return request;
}

/** Replaces what no tokenizer can take: lone surrogates and NUL. Lengths in UTF-16 units stay the same. */
export function cleanText(text: string): string {
  return text.replace(/\p{Surrogate}|\0/gu, '\uFFFD');
}

function checkSampling(options: RunOptions): void {
  checkNumber('temperature', options.temperature, 'a number from 0 to 5', (value) => value >= 0 && value <= 5);
  checkNumber('topK', options.topK, 'a whole number from 0 to 1000000', isWhole(0, 1e6));
  checkNumber('topP', options.topP, 'a number above 0 and up to 1', (value) => value > 0 && value <= 1);
  checkNumber('minP', options.minP, 'a number from 0 and below 1', (value) => value >= 0 && value < 1);
  checkNumber('repetitionPenalty', options.repetitionPenalty, 'a number from 0.1 to 10', (value) => value >= 0.1 && value <= 10);
  checkNumber('dryMultiplier', options.dryMultiplier, 'a number from 0 to 100', (value) => value >= 0 && value <= 100);
  checkNumber('dryBase', options.dryBase, 'a number from 1 to 10', (value) => value >= 1 && value <= 10);
  checkNumber('dryAllowedLength', options.dryAllowedLength, 'a whole number from 1 to 1000', isWhole(1, 1000));
  checkNumber('noRepeatNgram', options.noRepeatNgram, 'a whole number from 0 to 1000', isWhole(0, 1000));
  checkNumber('seed', options.seed, 'a whole number', Number.isSafeInteger);
  checkLogitBias(options.logitBias);
}

function checkLogitBias(bias: unknown): void {
  if (bias === undefined) return;
  if (!isPlainObject(bias)) throw invalid('logitBias', bias, 'an object from token ids to numbers');
  for (const [token, value] of Object.entries(bias)) {
    if (!/^(?:0|[1-9]\d{0,8})$/.test(token)) throw invalid('logitBias', token, 'token ids as keys: whole numbers from 0');
    checkNumber(`logitBias[${token}]`, value ?? null, 'a number from -100 to 100', (number) => number >= -100 && number <= 100);
  }
}

/** Also of a prompt that is to be scored. */
export function checkPrompt(engine: Engine, prompt: unknown): string | Message[] | number[] {
  if (typeof prompt === 'string') {
    if (prompt === '') throw invalid('prompt', prompt, 'a text that is not empty');
    return cleanText(prompt);
  }
  if (!Array.isArray(prompt) || prompt.length === 0) throw invalid('prompt', prompt, 'a text, a list of messages or a list of token ids, not empty');
  if (prompt.every((item) => typeof item === 'number')) return checkTokens(engine, prompt);
  const messages = prompt.map(checkMessage);
  if (messages.every((message) => message.content === '')) throw invalid('prompt', prompt, 'at least one message with content');
  return messages;
}

function checkTokens(engine: Engine, tokens: number[]): number[] {
  if (!engine.can.tokens) throw invalid('prompt', tokens, `text or messages, because the engine "${engine.name}" takes no token ids`);
  const wrong = tokens.findIndex((token) => !Number.isSafeInteger(token) || token < 0);
  if (wrong >= 0) throw invalid(`prompt[${wrong}]`, tokens[wrong], 'a token id: a whole number from 0');
  return tokens;
}

function checkMessage(message: unknown, index: number): Message {
  const { role, content } = (message ?? {}) as Partial<Message>;
  if (role === undefined || !ROLES.has(role)) throw invalid(`prompt[${index}].role`, role, '"system", "user" or "assistant"');
  if (typeof content !== 'string') throw invalid(`prompt[${index}].content`, content, 'a text');
  return { role, content: cleanText(content) };
}

/** Whatever the engine can: a model sees to the choices itself where its engine does not. */
function checkChoices(choices: unknown, options: RunOptions): string[] {
  refuseBeside('choices', options, ['json', 'stop', 'avoid', 'noRepeatNgram']);
  if (!Array.isArray(choices) || choices.length === 0 || choices.length > 256) throw invalid('choices', choices, 'a list of 1 to 256 texts');
  const texts = choices.map((text: unknown, index) => {
    if (typeof text !== 'string' || text === '') throw invalid(`choices[${index}]`, text, 'a text that is not empty');
    return cleanText(text);
  });
  const twice = texts.findIndex((text, index) => texts.indexOf(text) !== index);
  if (twice >= 0) throw invalid(`choices[${twice}]`, choices[twice], 'texts that differ');
  return texts;
}

function checkJson(engine: Engine, json: unknown, options: RunOptions): NonNullable<GenerateRequest['json']> {
  refuseBeside('json', options, ['stop', 'avoid', 'noRepeatNgram']);
  const { rung, schema } = (isPlainObject(json) ? json : {}) as Partial<NonNullable<GenerateRequest['json']>>;
  const rungs = engine.can.json.map((name) => `"${name}"`).join(' or ');
  if (rungs === '') throw cannot('json', json, engine, 'has no way to hold its output to JSON; ask for it in the prompt');
  if (rung === undefined || !engine.can.json.includes(rung)) throw invalid('json.rung', rung, `${rungs}, which the engine "${engine.name}" can`);
  if (!isPlainObject(schema)) throw invalid('json.schema', schema, 'a JSON Schema: an object');
  return { rung, schema: schema as JsonSchema };
}

/** An output of one form is not cut by stop texts, and may repeat what the form repeats. */
function refuseBeside(field: string, options: RunOptions, others: (keyof RunOptions)[]): void {
  const other = others.find((name) => options[name] !== undefined && options[name] !== 0);
  if (other !== undefined) throw new TaskError('invalid_input', `"${field}" and "${other}" exclude each other; give one of them.`, { details: { field, other } });
}

function checkStop(stop: unknown): string[] {
  if (!Array.isArray(stop) || stop.length > 4) throw invalid('stop', stop, 'a list of at most 4 texts');
  return stop.map((text: unknown, index) => {
    if (typeof text !== 'string' || text === '') throw invalid(`stop[${index}]`, text, 'a text that is not empty');
    return cleanText(text);
  });
}

function checkAvoid(avoid: unknown): string[] {
  if (!Array.isArray(avoid) || avoid.length > 256) throw invalid('avoid', avoid, 'a list of at most 256 texts');
  return avoid.map((text: unknown, index) => {
    if (typeof text !== 'string' || text.trim() === '') throw invalid(`avoid[${index}]`, text, 'a text that is not blank');
    return cleanText(text);
  });
}

function checkNumber(field: string, value: unknown, wanted: string, accepts: (value: number) => boolean): void {
  if (value === undefined) return;
  if (typeof value !== 'number' || !accepts(value)) throw invalid(field, value, wanted);
}

function isWhole(least: number, most: number): (value: number) => boolean {
  return (value) => Number.isInteger(value) && value >= least && value <= most;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cannot(field: string, value: unknown, engine: Engine, what: string): TaskError {
  return invalid(field, value, `none, because the engine "${engine.name}" ${what}`);
}

function invalid(field: string, value: unknown, wanted: string): TaskError {
  const shown = typeof value === 'number' || value === undefined ? String(value) : clip(JSON.stringify(value) ?? String(value));
  return new TaskError('invalid_input', `"${field}" is ${shown}; give ${wanted}.`, { details: { field, value: shown } });
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
