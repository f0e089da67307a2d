import { describe, expect, it } from 'vitest';
import type { GenerateRequest } from '../../engine.ts';
import { buildRequest } from './build-request.ts';
import { providers, type ProviderName } from './providers.ts';

const build = (name: ProviderName, request: Partial<GenerateRequest> = {}, refused = new Map<string, string | undefined>()) =>
  buildRequest({ provider: providers[name], model: 'm', contextLength: 4096, refused }, { prompt: 'Hi.', ...request });

const strict = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
const loose = { type: 'object', properties: { a: { type: 'string' } } };

describe('buildRequest', () => {
  it('asks OpenAI for a greedy stream with usage', () => {
    expect(build('openai', { maxTokens: 9, stop: ['x'] })).toEqual({
      path: '/chat/completions',
      body: { model: 'm', messages: [{ role: 'user', content: 'Hi.' }], stream: true, stream_options: { include_usage: true }, temperature: 0, max_completion_tokens: 9, stop: ['x'] },
      warnings: [],
    });
  });

  it('keeps to what GLM takes, and says what it does not', () => {
    const { body, warnings } = build('zhipu', { temperature: 1.5, topP: 0.9, topK: 5, seed: 3, stop: ['a', 'b'], logprobs: 2, maxTokens: 7, logitBias: { 5: 1 } });
    expect(body).toMatchObject({ temperature: 1, top_p: 0.9, stop: ['a'], max_tokens: 7, thinking: { type: 'disabled' } });
    expect(Object.keys(body)).not.toContain('stream_options');
    expect(warnings.join('\n')).toMatch(/temperature 1.5 was sent as 1.*\n.*topK.*\n.*seed.*\n.*logitBias.*\n.*logprobs/);
    expect(build('zhipu').body).toMatchObject({ temperature: 0, do_sample: false });
  });

  it('undoes the defaults of servers that narrow the choice', () => {
    expect(build('ollama').body).toMatchObject({ truncate: false, shift: false, think: false, options: { num_ctx: 4096, repeat_penalty: 1, temperature: 0 } });
    expect(build('ollama', { temperature: 1 }).body['options']).toMatchObject({ top_k: 0, top_p: 1, min_p: 0 });
    expect(build('vllm', { temperature: 1, topK: 0 }).body).toMatchObject({ top_k: -1, top_p: 1, min_p: 0, repetition_penalty: 1 });
    expect(build('llama-server', { temperature: 1, topK: 7, repetitionPenalty: 1.2 }).body).toMatchObject({ top_k: 7, top_p: 1, min_p: 0, repeat_penalty: 1.2, repeat_last_n: -1 });
  });

  it('warns of nothing that changes nothing', () => {
    const nothing = { topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, dryMultiplier: 0, noRepeatNgram: 0, logitBias: {} };
    expect(build('zhipu', { ...nothing, temperature: 1 }).warnings).toEqual([]);
    expect(build('zhipu', { topK: 5, topP: 0.5, minP: 0.1, seed: 4 }).warnings).toEqual([]);
  });

  it('sends every option or warns of it', () => {
    const wanted = { temperature: 1, topK: 5, topP: 0.5, minP: 0.1, repetitionPenalty: 1.1, dryMultiplier: 0.8, dryBase: 2, noRepeatNgram: 3, logitBias: { 7: -100 }, seed: 4 };
    const options = ['topK', 'topP', 'minP', 'repetitionPenalty', 'dryMultiplier', 'noRepeatNgram', 'logitBias', 'seed'] as const;
    for (const name of Object.keys(providers) as ProviderName[]) {
      const { body, warnings } = build(name, wanted);
      const sent = { ...body, ...(body['options'] as object | undefined) } as Record<string, unknown>;
      for (const option of options) {
        const field = (providers[name].sampler as Record<string, string | undefined>)[option];
        if (field === undefined) expect(warnings.some((warning) => warning.startsWith(`${option} was not honoured`)), `${name} ${option}`).toBe(true);
        else expect(sent[field], `${name} ${option}`).toEqual(wanted[option]);
      }
    }
    expect(build('llama-server', wanted).body).toMatchObject({ dry_multiplier: 0.8, dry_base: 2 });
  });

  it('asks for JSON by the rung, in the form of the server', () => {
    expect(build('openai', { json: { rung: 'json-schema', schema: strict } }).body['response_format']).toEqual({ type: 'json_schema', json_schema: { name: 'answer', schema: strict, strict: true } });
    expect(build('openai', { json: { rung: 'json-schema', schema: loose } }).body['response_format']).toMatchObject({ json_schema: { strict: false } });
    expect(build('openai', { json: { rung: 'json-mode', schema: loose } }).body['response_format']).toEqual({ type: 'json_object' });
    expect(build('llama-server', { json: { rung: 'json-schema', schema: loose } }).body['response_format']).toEqual({ type: 'json_object', schema: loose });
    expect(build('ollama', { json: { rung: 'json-schema', schema: loose } }).body['format']).toEqual(loose);
    expect(build('ollama', { json: { rung: 'json-mode', schema: loose } }).body['format']).toBe('json');
    expect(() => build('zhipu', { json: { rung: 'json-schema', schema: loose } })).toThrow(/Zhipu can json-mode/);
    expect(() => build('openai', { json: { rung: 'constrained', schema: loose } })).toThrow(/"json.rung" is "constrained"/);
  });

  it('holds to choices where the server can be held', () => {
    expect(build('vllm', { choices: ['a', 'b'] }).body['structured_outputs']).toEqual({ choice: ['a', 'b'] });
    expect(build('llama-server', { choices: ['a "x"', '乙'] }).body['grammar']).toBe('root ::= "a \\"x\\"" | "乙"');
    for (const name of ['openai', 'ollama'] as const) expect(() => build(name, { choices: ['a'] })).toThrow(/cannot be held/);
  });

  it('leaves out or renames what the server has refused', () => {
    const refused = new Map([['temperature', undefined], ['max_completion_tokens', 'max_tokens'], ['stop', undefined]]);
    const { body, warnings } = build('openai', { maxTokens: 5, stop: ['x'] }, refused);
    expect(body).toMatchObject({ max_tokens: 5 });
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['temperature']));
    expect(warnings).toEqual(['The server refused "temperature"; the request ran without it.']);
  });

  it('takes no token ids', () => {
    expect(() => build('openai', { prompt: [1, 2] })).toThrow(/token ids/);
  });
});
