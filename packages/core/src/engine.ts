export interface Message {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** How the next token is chosen. Every engine gives these the same meaning. */
export interface Sampling {
  /** 0 is greedy: always the likeliest token. @default 0 */
  temperature?: number;
  /** Keep the k likeliest tokens; 0 keeps all. @default 0 */
  topK?: number;
  /** Keep the smallest set of tokens whose probabilities reach p (0 < p <= 1). @default 1 */
  topP?: number;
  /** Keep tokens at least this share as likely as the likeliest (0 <= p < 1). @default 0 */
  minP?: number;
  /** Divide (multiply, when negative) the logits of tokens already seen by this. @default 1 */
  repetitionPenalty?: number;
  /** Makes sampling repeatable. @default a fresh random number */
  seed?: number;
}

export interface GenerateRequest extends Sampling {
  /** A string is one user message; token ids are taken as they are. */
  prompt: string | Message[] | number[];
  /** New tokens at most. @default what the context leaves */
  maxTokens?: number;
  /** The output ends before the first of these texts. */
  stop?: string[];
  signal?: AbortSignal;
}

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  /** The part of inputTokens that was not computed again. */
  cachedTokens: number;
  calls: number;
}

export type Part =
  | { type: 'text-delta'; text: string }
  | { type: 'end'; finishReason: 'stop' | 'length'; usage: Usage };

/** What a model runs on. All comfort (queueing, joining text, deadlines) is built above it, once. */
export interface Engine {
  readonly name: string;
  /** Prompt and output together, in tokens. */
  readonly contextLength: number;
  /** Requests that run side by side. More may be sent; they wait. */
  readonly slots: number;
  readonly can: { json: boolean; logprobs: boolean; embed: boolean; tokens: boolean };
  /** Yields text in whole characters and ends with exactly one `end` part, or throws a TaskError. */
  stream(request: GenerateRequest): AsyncIterable<Part>;
  countTokens(texts: string[]): Promise<{ counts: number[]; exact: boolean }>;
  dispose(): Promise<void>;
}
