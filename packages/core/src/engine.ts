export interface Message {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** How the next token is chosen. Every engine gives these the same meaning; one that cannot honour an option says so in the `warnings` of the `end` part. */
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
  /**
   * DRY, "don't repeat yourself" (oobabooga/text-generation-webui pull request 5677): a token that would continue a run of tokens seen
   * before, prompt included, loses `dryMultiplier * dryBase ** (length of the run - dryAllowedLength)` from its logit. 0 is off. @default 0
   */
  dryMultiplier?: number;
  /** @default 1.75 */
  dryBase?: number;
  /** The longest run, in tokens, that may be repeated for nothing. @default 2 */
  dryAllowedLength?: number;
  /** No run of this many tokens occurs twice in the output; 0 is off. @default 0 */
  noRepeatNgram?: number;
  /** Added to the logits of these token ids; -100 bans a token, 100 forces it. @default none */
  logitBias?: Record<number, number>;
  /** Makes sampling repeatable. @default a fresh random number */
  seed?: number;
}

/** A JSON Schema (draft 2020-12) as plain JSON. */
export type JsonSchema = Record<string, unknown>;

/**
 * How an engine can be held to JSON, best first: every token is checked against the schema as it is chosen; a server promises to keep the
 * schema; a server promises JSON of any shape; nothing but the prompt asks for it.
 */
export type JsonRung = 'constrained' | 'json-schema' | 'json-mode' | 'prompt';

export interface GenerateRequest extends Sampling {
  /** A string is one user message; token ids are taken as they are. */
  prompt: string | Message[] | number[];
  /** New tokens at most. @default what the context leaves */
  maxTokens?: number;
  /** The output ends before the first of these texts. */
  stop?: string[];
  /**
   * None of these texts occurs in the output: the model goes another way before it has written one. Whatever the case of ASCII letters, and at
   * the beginning of words only; "the text" keeps out "The texture" too. An engine that cannot says so in the `warnings` of the `end` part.
   */
  avoid?: string[];
  /** The output is exactly one of these texts. Only for engines that can `choices`. */
  choices?: string[];
  /** The output is JSON, by a rung the engine names in `can.json`. */
  json?: { rung: Exclude<JsonRung, 'prompt'>; schema: JsonSchema };
  /** Whether an engine may save time with guesses copied from the text so far. A greedy text stays the same, token for token. @default true */
  promptLookup?: boolean;
  /** Report the log-probability of every output token, and this many of the likeliest in its place (0 to 20). @default none */
  logprobs?: number;
  /** Report the ids of the output tokens. Only for engines that can `tokens`. @default false */
  outputIds?: boolean;
  signal?: AbortSignal;
}

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  /** The part of inputTokens that was not computed again. */
  cachedTokens: number;
  calls: number;
}

/** A token of the output. Probabilities are the model's own: natural logarithms, before temperature and every filter. */
export interface TokenLogprob {
  token: string;
  logprob: number;
  /** The likeliest tokens in this place, likeliest first, as many as were asked for. */
  top: { token: string; logprob: number }[];
}

export type Part =
  | { type: 'text-delta'; text: string }
  | {
      type: 'end';
      finishReason: 'stop' | 'length';
      usage: Usage;
      /** One for every output token, where asked for. */
      logprobs?: TokenLogprob[];
      /** The ids of the output tokens, where asked for; the last is the end token where the model ended by itself. */
      outputIds?: number[];
      /** Guesses copied from the prompt, and how many of them the model confirmed. Absent where none was made. */
      guesses?: { made: number; accepted: number };
      /** What a model thought before it answered, where its engine keeps the two apart. */
      reasoning?: string;
      /** Options this engine could not honour, in plain words. */
      warnings?: string[];
    };

export interface Scored {
  /** Natural logarithm. */
  logprob: number;
  tokens: number;
}

/** What a model runs on. All comfort (queueing, joining text, deadlines) is built above it, once. */
export interface Engine {
  readonly name: string;
  /** Prompt and output together, in tokens. */
  readonly contextLength: number;
  /** Requests that run side by side. More may be sent; they wait. */
  readonly slots: number;
  readonly can: {
    /** Best first; every engine can be asked by `prompt`, which is not listed. */
    json: readonly Exclude<JsonRung, 'prompt'>[];
    choices: boolean;
    logprobs: boolean;
    /** @default false */
    avoid?: boolean;
    embed: boolean;
    /** Whether a prompt may be token ids, and the output reported as such. */
    tokens: boolean;
  };
  /** Yields text in whole characters and ends with exactly one `end` part, or throws a TaskError. */
  stream(request: GenerateRequest): AsyncIterable<Part>;
  countTokens(texts: string[]): Promise<{ counts: number[]; exact: boolean }>;
  /** How likely each continuation is after the prompt: the sum of the log-probabilities of its tokens, and their number. */
  score?(prompt: string | Message[] | number[], continuations: string[], options?: { signal?: AbortSignal }): Promise<Scored[]>;
  /** One vector for each text, of length 1 (of length 0 for a text in which the model knows nothing). */
  embed?(texts: string[], options?: { signal?: AbortSignal }): Promise<Float32Array[]>;
  dispose(): Promise<void>;
}
