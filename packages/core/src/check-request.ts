import { TaskError } from '@glm-tasks/weights';
import type { Engine, GenerateRequest, Message } from './engine.ts';
import type { RunOptions } from './model.ts';

const ROLES = new Set(['system', 'user', 'assistant']);
/** setTimeout fires at once beyond this. */
const LONGEST_DEADLINE = 2 ** 31 - 1;

/**
 * One check for all engines: what passes is text every engine can tokenize and numbers every sampler can use.
 * Lone surrogates and NUL become U+FFFD, as in CommonMark.
 */
export function checkRequest(engine: Engine, prompt: string | Message[] | number[], options: RunOptions): GenerateRequest {
  checkNumber('temperature', options.temperature, 'a number from 0 to 5', (value) => value >= 0 && value <= 5);
  checkNumber('topK', options.topK, 'a whole number from 0 to 1000000', (value) => Number.isInteger(value) && value >= 0 && value <= 1e6);
  checkNumber('topP', options.topP, 'a number above 0 and up to 1', (value) => value > 0 && value <= 1);
  checkNumber('minP', options.minP, 'a number from 0 and below 1', (value) => value >= 0 && value < 1);
  checkNumber('repetitionPenalty', options.repetitionPenalty, 'a number from 0.1 to 10', (value) => value >= 0.1 && value <= 10);
  checkNumber('seed', options.seed, 'a whole number', Number.isSafeInteger);
  checkNumber('maxTokens', options.maxTokens, 'a whole number from 1', (value) => Number.isSafeInteger(value) && value >= 1);
  checkNumber('priority', options.priority, 'a finite number', Number.isFinite);
  checkNumber('deadline', options.deadline, `milliseconds from 1 to ${LONGEST_DEADLINE}`, (value) => value >= 1 && value <= LONGEST_DEADLINE);
  const { priority: _priority, deadline: _deadline, stop, ...sampling } = options;
  return { ...sampling, prompt: checkPrompt(engine, prompt), ...(stop === undefined ? {} : { stop: checkStop(stop) }) };
}

/** Replaces what no tokenizer can take: lone surrogates and NUL. Lengths in UTF-16 units stay the same. */
export function cleanText(text: string): string {
  return text.replace(/\p{Surrogate}|\0/gu, '\uFFFD');
}

function checkPrompt(engine: Engine, prompt: unknown): string | Message[] | number[] {
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

function checkStop(stop: unknown): string[] {
  if (!Array.isArray(stop) || stop.length > 4) throw invalid('stop', stop, 'a list of at most 4 texts');
  return stop.map((text: unknown, index) => {
    if (typeof text !== 'string' || text === '') throw invalid(`stop[${index}]`, text, 'a text that is not empty');
    return cleanText(text);
  });
}

function checkNumber(field: string, value: unknown, wanted: string, accepts: (value: number) => boolean): void {
  if (value === undefined) return;
  if (typeof value !== 'number' || !accepts(value)) throw invalid(field, value, wanted);
}

function invalid(field: string, value: unknown, wanted: string): TaskError {
  const shown = typeof value === 'number' || value === undefined ? String(value) : clip(JSON.stringify(value) ?? String(value));
  return new TaskError('invalid_input', `"${field}" is ${shown}; give ${wanted}.`, { details: { field, value: shown } });
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
