import type { Sampling } from '../../engine.ts';

/** What one kind of server does differently. Data only: no code asks which provider it talks to. */
export interface Provider {
  /** Whom messages speak of. */
  label: string;
  /** Where the server is unless an environment variable or the user says otherwise. */
  baseUrl?: string;
  /** A URL on one of these hosts (or below one) belongs to this provider. */
  hosts: readonly string[];
  /** The first one set wins. */
  baseUrlVariables: readonly string[];
  keyVariables: readonly string[];
  keyNeeded: boolean;
  /**
   * Whether it is asked for its models before the first request, which is cheap where the user runs the server, and what its list is
   * worth: `some` may leave out names it takes all the same, `all` leaves out none, `one` is of a server that takes any name for it.
   */
  models: 'unasked' | 'some' | 'all' | 'one';
  /** `chat-completions` streams server-sent events from `/chat/completions`, `ollama` lines of JSON from `/api/chat`. */
  wire: 'chat-completions' | 'ollama';
  contextLength: number;
  slots: number;
  /** Best first. `schema-object` is `json_object` with the schema inside it. */
  json: { rungs: readonly ('json-schema' | 'json-mode')[]; schemaAs: 'json_schema' | 'schema-object' };
  choices?: 'structured_outputs' | 'grammar';
  maxTokensField: string;
  /** Stop texts it takes; what is more is cut on our side. */
  stops: number;
  temperature: readonly [least: number, most: number];
  /** The likeliest tokens it reports in a place, at most; 0 where it reports none. */
  logprobs: number;
  /** Its names of our options. What is missing here it cannot do. */
  sampler: Partial<Record<Exclude<keyof Sampling, 'temperature'>, string>>;
  /** Sent with every request. The server's own defaults would narrow or repeat-penalize what ours leave alone; thinking is off. */
  always: Readonly<Record<string, unknown>>;
  /** Sent on top with temperature 0, and with a temperature above it. */
  greedy: Readonly<Record<string, unknown>>;
  sampled: Readonly<Record<string, unknown>>;
  /** Whether usage in the stream has to be asked for. */
  asksUsage: boolean;
}

const openAi: Provider = {
  label: 'OpenAI',
  baseUrl: 'https://api.openai.com/v1',
  hosts: ['api.openai.com'],
  baseUrlVariables: ['OPENAI_BASE_URL'],
  keyVariables: ['OPENAI_API_KEY'],
  keyNeeded: true,
  models: 'unasked',
  wire: 'chat-completions',
  contextLength: 128_000,
  slots: 8,
  json: { rungs: ['json-schema', 'json-mode'], schemaAs: 'json_schema' },
  // `max_tokens` is deprecated, and refused by the reasoning models.
  maxTokensField: 'max_completion_tokens',
  stops: 4,
  temperature: [0, 2],
  logprobs: 20,
  sampler: { topP: 'top_p', seed: 'seed', logitBias: 'logit_bias' },
  always: {},
  greedy: {},
  sampled: {},
  asksUsage: true,
};

// json_schema is ignored with status 200, max_completion_tokens too; temperature ends at 1, one stop text, thinking by default;
// seed is not documented; usage comes unasked in the last chunk.
const zhipu: Provider = {
  ...openAi,
  label: 'Zhipu',
  baseUrl: 'https://open.bigmodel.cn/api/paas/v4',
  hosts: ['bigmodel.cn'],
  baseUrlVariables: ['ZHIPUAI_BASE_URL'],
  keyVariables: ['ZHIPUAI_API_KEY', 'ZHIPU_API_KEY', 'ZAI_API_KEY'],
  slots: 4,
  json: { rungs: ['json-mode'], schemaAs: 'json_schema' },
  maxTokensField: 'max_tokens',
  stops: 1,
  temperature: [0, 1],
  logprobs: 0,
  sampler: { topP: 'top_p' },
  always: { thinking: { type: 'disabled' } },
  greedy: { do_sample: false },
  sampled: { top_p: 1 },
  asksUsage: false,
};

// What its documentation says of /api/chat; /v1 cannot set num_ctx and cuts longer prompts without a word, and so does /api/chat
// unless `truncate` is false. Its own defaults are top_k 40, top_p 0.9 and a repeat penalty of 1.1 over 64 tokens.
const ollama: Provider = {
  ...openAi,
  label: 'Ollama',
  baseUrl: 'http://127.0.0.1:11434',
  hosts: ['ollama.com'],
  baseUrlVariables: ['OLLAMA_HOST'],
  keyVariables: ['OLLAMA_API_KEY'],
  keyNeeded: false,
  wire: 'ollama',
  contextLength: 8192,
  slots: 1,
  maxTokensField: 'num_predict',
  stops: 16,
  sampler: { topK: 'top_k', topP: 'top_p', minP: 'min_p', repetitionPenalty: 'repeat_penalty', seed: 'seed' },
  always: { repeat_penalty: 1, repeat_last_n: -1 },
  sampled: { top_k: 0, top_p: 1, min_p: 0 },
  asksUsage: false,
};

export const providers = {
  openai: openAi,
  zhipu,
  zai: {
    ...zhipu,
    label: 'Z.ai',
    baseUrl: 'https://api.z.ai/api/paas/v4',
    hosts: ['z.ai'],
    baseUrlVariables: ['ZAI_BASE_URL'],
    keyVariables: ['ZAI_API_KEY', 'ZHIPUAI_API_KEY', 'ZHIPU_API_KEY'],
  },
  // Thinking is on by default. seed, top_k and logit_bias are not in its reference.
  deepseek: {
    ...openAi,
    label: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com',
    hosts: ['api.deepseek.com'],
    baseUrlVariables: ['DEEPSEEK_BASE_URL'],
    keyVariables: ['DEEPSEEK_API_KEY'],
    contextLength: 64_000,
    json: { rungs: ['json-mode'], schemaAs: 'json_schema' },
    maxTokensField: 'max_tokens',
    stops: 16,
    sampler: { topP: 'top_p' },
    always: { thinking: { type: 'disabled' } },
  },
  // json_schema on its newest models only; top_k above 100 means none; its default top_p is 0.8, top_k 20.
  dashscope: {
    ...openAi,
    label: 'DashScope',
    baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    hosts: ['dashscope.aliyuncs.com', 'dashscope-intl.aliyuncs.com', 'dashscope-us.aliyuncs.com'],
    baseUrlVariables: ['DASHSCOPE_BASE_URL'],
    keyVariables: ['DASHSCOPE_API_KEY'],
    contextLength: 32_768,
    json: { rungs: ['json-mode'], schemaAs: 'json_schema' },
    maxTokensField: 'max_tokens',
    temperature: [0, 1.99],
    logprobs: 5,
    sampler: { topK: 'top_k', topP: 'top_p', seed: 'seed' },
    always: { enable_thinking: false },
    sampled: { top_k: 101, top_p: 1 },
  },
  ollama,
  // Takes its defaults from the model's generation_config.json, so all of them are sent. `guided_*` went in 0.12.
  vllm: {
    ...openAi,
    label: 'vLLM',
    baseUrl: 'http://127.0.0.1:8000/v1',
    hosts: [],
    baseUrlVariables: ['VLLM_BASE_URL'],
    keyVariables: ['VLLM_API_KEY'],
    keyNeeded: false,
    models: 'all',
    contextLength: 8192,
    choices: 'structured_outputs',
    maxTokensField: 'max_tokens',
    stops: 16,
    sampler: { topK: 'top_k', topP: 'top_p', minP: 'min_p', repetitionPenalty: 'repetition_penalty', seed: 'seed', logitBias: 'logit_bias' },
    always: { repetition_penalty: 1, chat_template_kwargs: { enable_thinking: false } },
    sampled: { top_k: -1, top_p: 1, min_p: 0 },
  },
  // Also the server of llama-cpp-python, which knows `json_object` with a schema but no `json_schema`. Defaults: top_k 40, top_p 0.95,
  // min_p 0.05. Its DRY does not count across line breaks, colons, quotes and asterisks.
  'llama-server': {
    ...openAi,
    label: 'llama-server',
    baseUrl: 'http://127.0.0.1:8080/v1',
    hosts: [],
    baseUrlVariables: ['LLAMA_SERVER_BASE_URL'],
    keyVariables: ['LLAMA_API_KEY'],
    keyNeeded: false,
    models: 'one',
    contextLength: 4096,
    slots: 4,
    json: { rungs: ['json-schema', 'json-mode'], schemaAs: 'schema-object' },
    choices: 'grammar',
    maxTokensField: 'max_tokens',
    stops: 16,
    sampler: {
      topK: 'top_k',
      topP: 'top_p',
      minP: 'min_p',
      repetitionPenalty: 'repeat_penalty',
      dryMultiplier: 'dry_multiplier',
      dryBase: 'dry_base',
      dryAllowedLength: 'dry_allowed_length',
      seed: 'seed',
      logitBias: 'logit_bias',
    },
    always: { repeat_penalty: 1, repeat_last_n: -1, chat_template_kwargs: { enable_thinking: false } },
    sampled: { top_k: 0, top_p: 1, min_p: 0 },
  },
  // Any other server: what OpenAI's reference has, with the older and wider known name of the token limit. It is not sent anyone
  // else's key.
  compatible: {
    ...openAi,
    label: 'the server',
    baseUrlVariables: [],
    hosts: [],
    keyVariables: ['GLM_TASKS_API_KEY'],
    keyNeeded: false,
    models: 'some',
    contextLength: 8192,
    slots: 4,
    maxTokensField: 'max_tokens',
  },
} as const satisfies Record<string, Provider>;

export type ProviderName = keyof typeof providers;
