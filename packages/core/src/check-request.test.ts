import { describe, expect, test } from 'vitest';
import { checkRequest } from './check-request.ts';
import type { Engine } from './engine.ts';
import type { RunOptions } from './model.ts';
import { fakeEngine } from './testing/fake-engine.ts';

const plain = fakeEngine({ reply: () => '' });
const able: Engine = { ...plain, can: { json: ['constrained', 'json-mode'], choices: true, logprobs: true, embed: false, tokens: true } };
const json = { rung: 'constrained', schema: { type: 'object' } } as const;

describe('checkRequest', () => {
  test('passes on what it checked', () => {
    const options: RunOptions = { dryMultiplier: 0.8, dryBase: 1.75, dryAllowedLength: 2, noRepeatNgram: 3, logitBias: { 0: -100, 151935: 4.5 }, logprobs: 0, priority: 1, deadline: 5 };
    const { priority: _priority, deadline: _deadline, ...kept } = options;
    expect(checkRequest(able, 'hi', options)).toEqual({ ...kept, prompt: 'hi' });
    expect(checkRequest(able, 'hi', { json })).toEqual({ prompt: 'hi', json });
    expect(checkRequest(able, 'hi', { choices: ['yes', 'no\0'] })).toEqual({ prompt: 'hi', choices: ['yes', 'no\uFFFD'] });
  });

  test.each<[unknown, string]>([
    [{ dryMultiplier: -1 }, 'dryMultiplier'],
    [{ dryMultiplier: Number.NaN }, 'dryMultiplier'],
    [{ dryBase: 0.5 }, 'dryBase'],
    [{ dryAllowedLength: 0 }, 'dryAllowedLength'],
    [{ dryAllowedLength: 1.5 }, 'dryAllowedLength'],
    [{ noRepeatNgram: -1 }, 'noRepeatNgram'],
    [{ noRepeatNgram: 2.5 }, 'noRepeatNgram'],
    [{ logitBias: [1] }, 'logitBias'],
    [{ logitBias: { x: 1 } }, 'logitBias'],
    [{ logitBias: { '-1': 1 } }, 'logitBias'],
    [{ logitBias: { 7: 101 } }, 'logitBias[7]'],
    [{ logitBias: { 7: null } }, 'logitBias[7]'],
    [{ logprobs: 21 }, 'logprobs'],
    [{ logprobs: -1 }, 'logprobs'],
    [{ logprobs: true }, 'logprobs'],
    [{ choices: [] }, 'choices'],
    [{ choices: 'yes' }, 'choices'],
    [{ choices: Array.from({ length: 257 }, (_, index) => `${index}`) }, 'choices'],
    [{ choices: ['a', ''] }, 'choices[1]'],
    [{ choices: ['a', 'b', 'a'] }, 'choices[2]'],
    [{ choices: ['a\0', 'a\uFFFD'] }, 'choices[1]'],
    [{ avoid: 'the text' }, 'avoid'],
    [{ avoid: ['the text', ' '] }, 'avoid[1]'],
    [{ json: {} }, 'json.rung'],
    [{ json: true }, 'json.rung'],
    [{ json: { ...json, rung: 'json-schema' } }, 'json.rung'],
    [{ json: { rung: 'json-mode' } }, 'json.schema'],
    [{ json: { rung: 'constrained', schema: [] } }, 'json.schema'],
  ])('refuses %j and names the field', (options, field) => {
    expect(() => checkRequest(able, 'hi', options as RunOptions)).toThrow(expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(`"${field}" is`) }));
  });

  test.each<[RunOptions]>([
    [{ json, choices: ['a'] }],
    [{ json, stop: ['x'] }],
    [{ json, noRepeatNgram: 2 }],
    [{ json, avoid: ['x'] }],
    [{ choices: ['a'], avoid: ['x'] }],
    [{ choices: ['a'], stop: ['x'] }],
    [{ choices: ['a'], noRepeatNgram: 2 }],
  ])('refuses %j, which exclude each other', (options) => {
    expect(() => checkRequest(able, 'hi', options)).toThrow(/exclude each other/);
  });

  test.each<[RunOptions]>([[{ json }], [{ logprobs: 2 }]])('refuses %j for an engine that cannot', (options) => {
    expect(() => checkRequest(plain, 'hi', options)).toThrow(/because the engine "fake"/);
  });
});
