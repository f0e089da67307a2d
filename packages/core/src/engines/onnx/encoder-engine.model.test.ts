import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline, env } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareModel } from '@glm-tasks/weights';
import { fromPretrained } from '../../from-pretrained.ts';
import type { Model } from '../../model.ts';
import { createTransformersJsEngine } from '../transformers-js/transformers-js-engine.ts';
import { createEncoderEngine } from './encoder-engine.ts';

const NAME = 'all-minilm-l6-v2';
const TEXTS = ['This is an example sentence', 'Each sentence is converted', 'A cat sleeps on the sofa.', '猫', '', 'Straße, naïve café: 50 %!'];

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, at) => sum + value * b[at]!, 0);

describe('all-MiniLM-L6-v2 embeds', () => {
  let model: Model;
  let folder = '';
  beforeAll(async () => {
    ({ folder } = await prepareModel(NAME));
    model = await fromPretrained(NAME);
  }, 120_000);
  afterAll(() => model.dispose());

  it('as published: the first numbers of the example on its model card', async () => {
    const [example] = await model.embed(['This is an example sentence']);
    const published = [6.7657e-2, 6.3496e-2, 4.8713e-2, 7.9305e-2];
    published.forEach((value, at) => expect(Math.abs(example![at]! - value)).toBeLessThan(5e-6));
  });

  it('alike texts alike, in vectors of length 1', async () => {
    const [cat, kitten, law] = await model.embed(['A cat sleeps on the sofa.', 'A kitten naps on the couch.', 'The court rejected the appeal.']);
    expect(cosine(cat!, kitten!)).toBeGreaterThan(cosine(cat!, law!) + 0.4);
    for (const vector of [cat!, kitten!, law!]) expect(cosine(vector, vector)).toBeCloseTo(1, 5);
  });

  it('a text longer than it reads, to its end', async () => {
    const long = 'The harbour lay quiet and the boats came home. '.repeat(60);
    const [one, other, part] = await model.embed([`${long}Cats.`, `${long}The parliament passed a new tax law after a long debate. `.repeat(2), long]);
    expect(model.contextLength).toBe(256);
    expect(cosine(one!, part!)).toBeGreaterThan(0.98);
    expect(cosine(one!, other!)).toBeLessThan(cosine(one!, part!));
  });

  it('and neither writes nor scores, and says so', async () => {
    await expect(model.generate('Hi')).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('embed') });
    await expect(model.score('Hi', ['there'])).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(model.embed(TEXTS, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  });

  it('the same through transformers.js: its engine on the folder, and its own pipeline', async () => {
    const ours = await model.embed(TEXTS);
    const engine = await createTransformersJsEngine(folder);
    const theirs = await engine.embed!(TEXTS);
    expect(engine.can.embed).toBe(true);
    await engine.dispose();
    ours.forEach((vector, index) => expect(cosine(vector, theirs[index]!)).toBeGreaterThan(0.99999));
    env.allowRemoteModels = false;
    const extract = await pipeline('feature-extraction', folder);
    const result = await extract(TEXTS, { pooling: 'mean', normalize: true });
    ours.forEach((vector, index) => expect(cosine(vector, (result.data as Float32Array).subarray(index * 384, (index + 1) * 384))).toBeGreaterThan(0.99999));
    await extract.dispose();
  });

  it('in 8 bits nearly the same', async () => {
    await using small = await fromPretrained(NAME, { precision: '8bit' });
    const [ours, theirs] = [await model.embed(TEXTS), await small.embed(TEXTS)];
    ours.forEach((vector, index) => expect(cosine(vector, theirs[index]!)).toBeGreaterThan(0.998));
  });

  it('an idle encoder does not keep Node alive', () => {
    const script = `
      const { createEncoderEngine } = await import(${JSON.stringify(new URL('./encoder-engine.js', import.meta.url).href)});
      const engine = await createEncoderEngine(${JSON.stringify(folder)});
      console.log((await engine.embed(['Hi']))[0].length);`;
    expect(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8', timeout: 60_000 })).toBe('384\n');
  });

  it('says what is missing when memory is short', async () => {
    await expect(createEncoderEngine(folder, { memoryBudget: 100e6 })).rejects.toMatchObject({ code: 'insufficient_memory' });
    expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toMatchObject({ kind: 'encoder' });
  });
});
