import { TaskError } from '@glm-tasks/weights';
import type { GenerateRequest, Part, TokenLogprob } from '../../engine.ts';
import { estimatePrompt, estimateTokens } from './estimate-tokens.ts';
import type { Piece } from './read-chunk.ts';
import { quote, type Asked } from './reply-failure.ts';

/** What is asked of whom. */
export interface Answering {
  request: GenerateRequest;
  asked: Asked;
  /** What the server was not even asked for. */
  warnings: readonly string[];
  contextLength: number;
}

/** What has come of an answer. */
export interface Answer {
  text: string;
  reasoning: string;
  refusal: string;
  logprobs: TokenLogprob[];
  finish?: string;
  usage?: NonNullable<Piece['usage']>;
  /** `chunks` once there was an event that belongs to an answer. */
  seen: 'nothing' | 'something' | 'chunks';
  pieces: number;
  /** By a stop text found here. */
  stopped: boolean;
}

/** @throws TaskError `upstream_failed` for an answer without a proper end, `context_overflow` for a prompt that was cut */
export function makeEndPart(answer: Answer, answering: Answering): Part {
  const { request, asked } = answering;
  if (answer.refusal !== '') {
    const message = `The model "${asked.model}" refuses: ${quote(asked.server, answer.refusal)}`;
    throw new TaskError('upstream_failed', message, { details: { finishReason: 'refusal' } });
  }
  if (answer.seen === 'nothing') throw nothingCame(answering);
  const finishReason = answer.stopped ? 'stop' : readFinish(answer, asked);
  const usage = answer.usage ?? {
    inputTokens: estimatePrompt(request.prompt),
    outputTokens: answer.logprobs.length || Math.max(estimateTokens(answer.text + answer.reasoning), 1),
    cachedTokens: 0,
  };
  refuseCutPrompt(usage.inputTokens, answering);
  const warnings = [...answering.warnings, ...lateWarnings(answer, answering)];
  const logprobs = answer.stopped ? upTo(answer.logprobs, answer.text.length) : answer.logprobs;
  const reasoning = answer.reasoning.trim().toWellFormed();
  return {
    type: 'end',
    finishReason,
    usage: { ...usage, calls: 1 },
    ...(request.logprobs !== undefined && logprobs.length > 0 ? { logprobs } : {}),
    ...(reasoning === '' ? {} : { reasoning }),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

const stops = new Set(['stop', 'stop_sequence', 'end_turn', 'eos', 'eos_token']);
const lengths = new Set(['length', 'max_tokens', 'model_context_window_exceeded']);

function readFinish({ finish, seen }: Answer, { server }: Asked): 'stop' | 'length' {
  const { shown } = server;
  const fail = (message: string, retryable: boolean) =>
    new TaskError('upstream_failed', message, { retryable, details: { finishReason: finish ?? null } });
  switch (finish) {
    case undefined:
      if (seen === 'something') throw fail(`${shown} answered with something else than a chat completion; check the base URL.`, false);
      throw fail(`The answer of ${shown} broke off before its end: no reason to finish came. What had come is in error.partial.`, true);
    case 'content_filter':
    case 'sensitive':
      throw fail(`The content filter of ${shown} stopped the answer ("${finish}"); change the text, or use a model that runs here.`, false);
    case 'network_error':
    case 'insufficient_system_resource':
    case 'error':
    case 'abort':
      throw fail(`${shown} gave up in the middle of the answer ("${finish}"); try again.`, true);
    case 'tool_calls':
    case 'function_call':
      throw fail(`The model at ${shown} called a tool, though none was offered ("${finish}"); use another model.`, false);
    default:
      return lengths.has(finish) ? 'length' : 'stop';
  }
}

/** The server of llama-cpp-python ends a stream without a word when the prompt is too long for its context. */
function nothingCame({ request, asked, contextLength }: Answering): TaskError {
  const { shown } = asked.server;
  const tokens = estimatePrompt(request.prompt);
  if (tokens > contextLength) {
    const message = `${shown} answered with nothing to a prompt of about ${tokens} tokens, where the context holds ${contextLength}; shorten the prompt.`;
    return new TaskError('context_overflow', message, { details: { inputTokens: tokens, contextLength } });
  }
  const message = `${shown} answered with nothing; see its log. Check the base URL, and that the prompt of about ${tokens} tokens fits its context.`;
  return new TaskError('upstream_failed', message, { retryable: true });
}

function lateWarnings({ finish, stopped, logprobs, text, usage }: Answer, { request, asked }: Answering): string[] {
  const { server } = asked;
  const strange = finish !== undefined && !stopped && !stops.has(finish) && !lengths.has(finish);
  const missing = request.logprobs !== undefined && server.provider.logprobs > 0 && logprobs.length === 0 && text !== '';
  return [
    ...(strange ? [`The server ended with "${quote(server, finish)}"; this was taken as the end of the text.`] : []),
    ...(missing ? ['logprobs was not honoured: the server sent none.'] : []),
    ...(usage ? [] : ['The server reported no usage; its tokens are estimated.']),
  ];
}

/** Old versions of Ollama do not know `truncate` and answer a prompt they have cut. */
function refuseCutPrompt(inputTokens: number, { request, asked, contextLength }: Answering): void {
  const { provider, shown } = asked.server;
  const expected = estimatePrompt(request.prompt);
  if (provider.wire !== 'ollama' || inputTokens === 0 || expected <= contextLength || inputTokens >= expected / 2) return;
  const message = `${shown} read only ${inputTokens} tokens of a prompt of about ${expected}: it was cut to the context of ${contextLength}. Shorten it, or raise contextLength.`;
  throw new TaskError('context_overflow', message, { details: { inputTokens, contextLength } });
}

function upTo(logprobs: TokenLogprob[], length: number): TokenLogprob[] {
  let at = 0;
  return logprobs.filter(({ token }) => {
    const begins = at;
    at += token.length;
    return begins < length;
  });
}
