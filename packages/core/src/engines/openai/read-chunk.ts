import type { TokenLogprob, Usage } from '../../engine.ts';

/** What one event of any server says, in one form. */
export interface Piece {
  text: string;
  reasoning: string;
  /** The model's own words for not answering. */
  refusal: string;
  finish?: string;
  usage?: Pick<Usage, 'inputTokens' | 'outputTokens' | 'cachedTokens'>;
  logprobs: TokenLogprob[];
}

/** A chunk of a `chat.completion`, or the whole of one where a server does not stream. Undefined for anything else. */
export function readCompletion(data: unknown): Piece | undefined {
  const { choices, usage, timings } = asRecord(data);
  const choice = Array.isArray(choices) ? choices.map(asRecord).find((candidate) => (candidate['index'] ?? 0) === 0) : undefined;
  const counts = readUsage(usage ?? choice?.['usage'], timings);
  if (!Array.isArray(choices) && !counts) return undefined;
  const delta = asRecord(choice?.['delta'] ?? choice?.['message']);
  return {
    text: readContent(delta['content']),
    reasoning: readContent(delta['reasoning_content'] ?? delta['reasoning']),
    refusal: readContent(delta['refusal']),
    logprobs: readLogprobs(asRecord(choice?.['logprobs'])['content']),
    ...(typeof choice?.['finish_reason'] === 'string' && choice['finish_reason'] !== '' ? { finish: choice['finish_reason'] } : {}),
    ...(counts ? { usage: counts } : {}),
  };
}

/** A line of Ollama's `/api/chat`. */
export function readOllamaLine(data: unknown): Piece | undefined {
  const { message, done, done_reason, prompt_eval_count, eval_count, logprobs } = asRecord(data);
  if (message === undefined && done === undefined) return undefined;
  const { content, thinking } = asRecord(message);
  const counts = done === true ? readUsage({ prompt_tokens: prompt_eval_count, completion_tokens: eval_count }, undefined) : undefined;
  return {
    text: readContent(content),
    reasoning: readContent(thinking),
    refusal: '',
    logprobs: readLogprobs(logprobs),
    ...(done === true ? { finish: typeof done_reason === 'string' ? done_reason : 'stop' } : {}),
    ...(counts ? { usage: counts } : {}),
  };
}

export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** Some servers send content as a list of parts. */
function readContent(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => asRecord(part)['text']).filter((text) => typeof text === 'string').join('');
}

function readUsage(usage: unknown, timings: unknown): Piece['usage'] {
  const counts = asRecord(usage);
  const inputTokens = count(counts['prompt_tokens']);
  const outputTokens = count(counts['completion_tokens']);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const cached =
    count(asRecord(counts['prompt_tokens_details'])['cached_tokens']) ?? // OpenAI, Zhipu, vLLM, DashScope
    count(counts['prompt_cache_hit_tokens']) ?? // DeepSeek
    count(asRecord(timings)['cache_n']); // llama-server
  return { inputTokens, outputTokens, cachedTokens: Math.min(cached ?? 0, inputTokens) };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function readLogprobs(content: unknown): TokenLogprob[] {
  if (!Array.isArray(content)) return [];
  return content.map(asRecord).map((entry) => ({
    ...readToken(entry),
    top: Array.isArray(entry['top_logprobs']) ? entry['top_logprobs'].map(asRecord).map(readToken) : [],
  }));
}

function readToken({ token, logprob }: Record<string, unknown>): { token: string; logprob: number } {
  return { token: String(token ?? ''), logprob: typeof logprob === 'number' ? logprob : Number.NEGATIVE_INFINITY };
}
