import type { ProviderName } from '../providers.ts';

export interface Answer {
  tokens: string[];
  reasoning?: string[];
  finish: string;
  inputTokens: number;
  cachedTokens?: number;
  /** The likeliest tokens that are reported in every place. */
  logprobs?: number;
}

/** An answer as each server writes it on the wire, byte for byte. */
export const writeAnswer: Record<ProviderName, (answer: Answer) => string> = {
  // The role first, empty `choices` with the usage last.
  openai: (answer) =>
    sse([
      chunk({ role: 'assistant', content: '', refusal: null }, { usage: null, obfuscation: 'x7' }),
      ...answer.tokens.map((content) => chunk({ content }, { usage: null }, logprobsOf(answer, content))),
      chunk({}, { usage: null }, { finish_reason: answer.finish }),
      { ...head, choices: [], usage: usageOf(answer, { prompt_tokens_details: { cached_tokens: answer.cachedTokens ?? 0, audio_tokens: 0 } }) },
    ]),
  // Thoughts in reasoning_content, usage in the chunk that finishes, no space after `data:` in some regions.
  zhipu: (answer) =>
    sse([
      ...(answer.reasoning ?? []).map((text) => chunk({ role: 'assistant', reasoning_content: text })),
      ...answer.tokens.map((content) => chunk({ role: 'assistant', content })),
      chunk({ role: 'assistant', content: '' }, { usage: usageOf(answer, { prompt_tokens_details: { cached_tokens: answer.cachedTokens ?? 0 } }) }, { finish_reason: answer.finish }),
    ]),
  zai: (answer) => writeAnswer.zhipu(answer).replaceAll('data: ', 'data:'),
  // Comments while it waits, its own name for what was cached.
  deepseek: (answer) =>
    `: keep-alive\n\n: keep-alive\n\n${sse([
      chunk({ role: 'assistant', content: null, reasoning_content: '' }, { usage: null }),
      ...(answer.reasoning ?? []).map((text) => chunk({ content: null, reasoning_content: text }, { usage: null })),
      ...answer.tokens.map((content) => chunk({ content, reasoning_content: null }, { usage: null }, logprobsOf(answer, content))),
      chunk({ content: '', reasoning_content: null }, { usage: usageOf(answer, { prompt_cache_hit_tokens: answer.cachedTokens ?? 0, prompt_cache_miss_tokens: 1 }) }, { finish_reason: answer.finish }),
    ])}`,
  dashscope: (answer) =>
    sse([
      { choices: [{ delta: { content: '', role: 'assistant' }, index: 0, logprobs: null, finish_reason: null }], ...head, usage: null },
      ...answer.tokens.map((content) => ({ choices: [{ finish_reason: null, logprobs: null, delta: { content }, index: 0, ...logprobsOf(answer, content) }], ...head, usage: null })),
      { choices: [{ finish_reason: answer.finish, delta: { content: '' }, index: 0, logprobs: null }], ...head, usage: null },
      { choices: [], ...head, usage: usageOf(answer, { prompt_tokens_details: { cached_tokens: answer.cachedTokens ?? 0 } }) },
    ]),
  // `reasoning` instead of `reasoning_content`.
  vllm: (answer) =>
    sse([
      chunk({ role: 'assistant', content: '' }),
      ...(answer.reasoning ?? []).map((text) => chunk({ reasoning: text })),
      ...answer.tokens.map((content) => chunk({ content }, {}, logprobsOf(answer, content))),
      chunk({ content: '' }, {}, { finish_reason: answer.finish, stop_reason: null }),
      { ...head, choices: [], usage: usageOf(answer, { prompt_tokens_details: { cached_tokens: answer.cachedTokens ?? 0 } }) },
    ]),
  // Null as the first content, timings with what was cached.
  'llama-server': (answer) =>
    sse([
      chunk({ role: 'assistant', content: null }),
      ...(answer.reasoning ?? []).map((text) => chunk({ reasoning_content: text })),
      ...answer.tokens.map((content) => chunk({ content }, {}, logprobsOf(answer, content))),
      chunk({}, {}, { finish_reason: answer.finish }),
      { ...head, choices: [], usage: usageOf(answer, {}), timings: { cache_n: answer.cachedTokens ?? 0, prompt_n: 3, predicted_per_second: 41.5 } },
    ]),
  // Thoughts inside the content, CRLF, no usage.
  compatible: (answer) =>
    sse([
      ...(answer.reasoning ? ['<think>', ...answer.reasoning, '</think>\n\n'].map((content) => chunk({ content })) : []),
      ...answer.tokens.map((content) => chunk({ content }, {}, logprobsOf(answer, content))),
      chunk({}, { usage: usageOf(answer, {}) }, { finish_reason: answer.finish }),
    ]).replaceAll('\n', '\r\n'),
  ollama: (answer) =>
    [
      ...(answer.reasoning ?? []).map((thinking) => ({ ...line, message: { role: 'assistant', content: '', thinking }, done: false })),
      ...answer.tokens.map((content) => ({ ...line, message: { role: 'assistant', content }, done: false, ...(answer.logprobs === undefined ? {} : { logprobs: [logprobOf(content, answer.logprobs)] }) })),
      {
        ...line,
        message: { role: 'assistant', content: '' },
        done: true,
        done_reason: answer.finish,
        total_duration: 5191566416,
        prompt_eval_count: answer.inputTokens,
        eval_count: answer.tokens.length,
      },
    ]
      .map((entry) => `${JSON.stringify(entry)}\n`)
      .join(''),
};

/** How each server says that a prompt is too long: its status and body. */
export function writeOverflow(provider: ProviderName, wanted: number, contextLength: number): { status: number; body: string } {
  const error = (status: number, body: unknown) => ({ status, body: JSON.stringify(body) });
  const classic = `This model's maximum context length is ${contextLength} tokens. However, your messages resulted in ${wanted} tokens. Please reduce the length of the messages.`;
  switch (provider) {
    case 'zhipu':
    case 'zai':
      return error(400, { error: { code: '1261', message: 'Prompt 超长' } });
    case 'dashscope':
      return error(400, { error: { code: 'invalid_parameter_error', param: null, message: `<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, ${contextLength}]`, type: 'invalid_request_error' } });
    case 'ollama':
      return error(400, { error: 'the input length exceeds the context length' });
    case 'vllm':
      return error(400, { error: { message: classic, type: 'BadRequestError', param: 'input_tokens', code: 400 } });
    case 'llama-server':
      return error(400, { error: { code: 400, message: 'the request exceeds the available context size, try increasing it', type: 'exceed_context_size_error', n_prompt_tokens: wanted, n_ctx: contextLength } });
    case 'compatible': // LM Studio: inside a stream that began well
      return { status: 200, body: `event: error\ndata: ${JSON.stringify({ message: 'The number of tokens to keep from the initial prompt is greater than the context length.' })}\n\n` };
    default:
      return error(400, { error: { message: classic, type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' } });
  }
}

const head = { id: 'chatcmpl-7a', object: 'chat.completion.chunk', created: 1_764_000_000, model: 'm' };
const line = { model: 'm', created_at: '2026-11-24T08:00:00.123456789Z' };

function chunk(delta: unknown, extra: object = {}, choice: object = {}): object {
  return { ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: null, ...choice }], ...extra };
}

function sse(events: object[]): string {
  return [...events.map((event) => JSON.stringify(event)), '[DONE]'].map((data) => `data: ${data}\n\n`).join('');
}

function usageOf({ inputTokens, tokens, reasoning = [] }: Answer, details: object): object {
  const completion = tokens.length + reasoning.length;
  return { prompt_tokens: inputTokens, completion_tokens: completion, total_tokens: inputTokens + completion, ...details };
}

function logprobsOf({ logprobs }: Answer, token: string): object {
  return logprobs === undefined ? {} : { logprobs: { content: [logprobOf(token, logprobs)], refusal: null } };
}

function logprobOf(token: string, most: number): object {
  const likeliest = [token, '？', '!', '.', ','].slice(0, most).map((candidate, place) => ({ token: candidate, logprob: -0.25 - place }));
  return { token, logprob: -0.25, bytes: [...Buffer.from(token)], top_logprobs: likeliest };
}
