import { TaskError } from '@glm-tasks/weights';
import type { GenerateRequest, JsonSchema, Message, Sampling } from '../../engine.ts';
import type { Provider } from './providers.ts';

export interface WireRequest {
  path: string;
  body: Record<string, unknown>;
  warnings: string[];
}

export interface Addressee {
  provider: Provider;
  model: string;
  contextLength: number;
  /** Fields this server has refused before, and the name it wants instead where there is one. */
  refused: ReadonlyMap<string, string | undefined>;
}

/** Writes a request the way its server takes it, and says what the server cannot do. */
export function buildRequest(addressee: Addressee, request: GenerateRequest): WireRequest {
  const { provider, model, contextLength } = addressee;
  const warnings: string[] = [];
  const messages = readMessages(request.prompt, provider);
  const options = { ...provider.always, ...chooseSampling(provider, request, warnings) };
  if (request.maxTokens !== undefined) options[provider.maxTokensField] = request.maxTokens;
  // All stop texts are looked for on our side too; what the server takes saves its time.
  const stop = (request.stop ?? []).slice(0, provider.stops);
  if (stop.length > 0) options['stop'] = stop;
  const logprobs = askLogprobs(provider, request, warnings);
  if (provider.wire === 'ollama') {
    const format = ollamaFormat(provider, request);
    return {
      path: '/api/chat',
      // Without `truncate: false` a prompt beyond num_ctx is cut, and answered as if nothing had happened.
      body: { model, messages, stream: true, think: false, truncate: false, shift: false, ...format, ...logprobs, options: { num_ctx: contextLength, ...options } },
      warnings,
    };
  }
  const usage = provider.asksUsage ? { stream_options: { include_usage: true } } : {};
  const body = { model, messages, stream: true, ...usage, ...responseFormat(provider, request), ...chooseOne(provider, request), ...logprobs, ...options };
  return { path: '/chat/completions', body: leaveOut(body, addressee.refused, warnings), warnings };
}

function readMessages(prompt: GenerateRequest['prompt'], { label }: Provider): Message[] {
  if (typeof prompt === 'string') return [{ role: 'user', content: prompt }];
  return prompt.map((message) => {
    if (typeof message !== 'number') return { role: message.role, content: message.content };
    throw new TaskError('invalid_input', `"prompt" is a list of token ids, which ${label} does not take; give text or messages.`);
  });
}

const filters = ['topK', 'topP', 'minP', 'seed'] as const;
const penalties = ['repetitionPenalty', 'dryMultiplier', 'noRepeatNgram', 'logitBias'] as const;
const neutral: Partial<Record<keyof Sampling, number>> = { topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, dryMultiplier: 0, noRepeatNgram: 0 };

function chooseSampling(provider: Provider, request: GenerateRequest, warnings: string[]): Record<string, unknown> {
  const { label, sampler } = provider;
  const [least, most] = provider.temperature;
  const wanted = request.temperature ?? 0;
  const temperature = Math.min(Math.max(wanted, least), most);
  if (temperature !== wanted) warnings.push(`temperature ${wanted} was sent as ${temperature}: ${label} takes ${least} to ${most}.`);
  const options: Record<string, unknown> = { temperature, ...(temperature === 0 ? provider.greedy : provider.sampled) };
  // A greedy choice is the same whatever is filtered out below the likeliest.
  for (const option of temperature === 0 ? penalties : [...filters, ...penalties]) {
    const value = request[option];
    if (value === undefined || value === neutral[option] || (typeof value === 'object' && Object.keys(value).length === 0)) continue;
    const field = sampler[option];
    if (field === undefined) warnings.push(`${option} was not honoured: ${label} has no such option.`);
    else options[field] = value;
  }
  if (sampler.dryMultiplier !== undefined && request.dryMultiplier) {
    if (request.dryBase !== undefined) options[sampler.dryBase!] = request.dryBase;
    if (request.dryAllowedLength !== undefined) options[sampler.dryAllowedLength!] = request.dryAllowedLength;
  }
  return options;
}

function askLogprobs({ label, logprobs: most }: Provider, { logprobs }: GenerateRequest, warnings: string[]): Record<string, unknown> {
  if (logprobs === undefined) return {};
  if (most === 0) {
    warnings.push(`logprobs was not honoured: ${label} reports none.`);
    return {};
  }
  if (logprobs > most) warnings.push(`logprobs ${logprobs} was sent as ${most}, the most ${label} reports.`);
  return { logprobs: true, top_logprobs: Math.min(logprobs, most) };
}

function responseFormat(provider: Provider, { json }: GenerateRequest): Record<string, unknown> {
  if (json === undefined) return {};
  if (checkRung(provider, json.rung) === 'json-mode') return { response_format: { type: 'json_object' } };
  if (provider.json.schemaAs === 'schema-object') return { response_format: { type: 'json_object', schema: json.schema } };
  // Strict mode refuses a schema with optional or unnamed properties; without it the schema is still a request.
  return { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: json.schema, strict: isStrict(json.schema) } } };
}

function ollamaFormat(provider: Provider, { json, choices }: GenerateRequest): Record<string, unknown> {
  if (choices !== undefined) refuseChoices(provider);
  if (json === undefined) return {};
  return { format: checkRung(provider, json.rung) === 'json-mode' ? 'json' : json.schema };
}

function checkRung({ label, json }: Provider, rung: string): 'json-schema' | 'json-mode' {
  const known = json.rungs.find((candidate) => candidate === rung);
  if (known !== undefined) return known;
  throw new TaskError('invalid_input', `"json.rung" is "${rung}"; ${label} can ${json.rungs.join(' and ')}.`);
}

function chooseOne(provider: Provider, { choices }: GenerateRequest): Record<string, unknown> {
  if (choices === undefined) return {};
  if (provider.choices === 'structured_outputs') return { structured_outputs: { choice: choices } };
  if (provider.choices === 'grammar') return { grammar: `root ::= ${choices.map((choice) => JSON.stringify(choice)).join(' | ')}` };
  return refuseChoices(provider);
}

function refuseChoices({ label }: Provider): never {
  throw new TaskError('invalid_input', `"choices" was given, but ${label} cannot be held to them; ask in the prompt and check the answer.`);
}

/** What OpenAI's strict mode asks of every object in a schema. */
function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (typeof schema !== 'object' || schema === null) return true;
  const { type, properties, required, additionalProperties } = schema as JsonSchema;
  if (type === 'object') {
    const names = Object.keys(properties ?? {});
    if (additionalProperties !== false || !Array.isArray(required) || !names.every((name) => required.includes(name))) return false;
  }
  return Object.values(schema).every(isStrict);
}

/** These cost nobody anything: stop texts are cut here as well, and usage is estimated and said to be. */
const missedByNobody = new Set(['stop', 'stream_options']);

function leaveOut(body: Record<string, unknown>, refused: Addressee['refused'], warnings: string[]): Record<string, unknown> {
  const sent = { ...body };
  for (const [field, instead] of refused) {
    if (!(field in sent)) continue;
    if (instead !== undefined) sent[instead] = sent[field];
    else if (!missedByNobody.has(field)) warnings.push(`The server refused "${field}"; the request ran without it.`);
    delete sent[field];
  }
  return sent;
}
