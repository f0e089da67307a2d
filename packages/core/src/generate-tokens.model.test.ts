import { expect, it } from 'vitest';
import { prepareModel } from '@glm-tasks/weights';
import { fromPretrained } from './from-pretrained.ts';

// "<|im_start|>user … <|im_start|>assistant" in the tokens of SmolLM2.
const PROMPT = [1, 4093, 198, 1780, 314, 260, 3575, 282, 4649, 47, 2, 198, 1, 520, 9531, 198];
const END = 2;

it('every local engine goes on with the same tokens, to the end token', async () => {
  const { folder } = await prepareModel('smollm2-135m-instruct');
  const outputs: number[][] = [];
  for (const name of ['smollm2-135m-instruct', `transformers-js:${folder}`, 'llama-cpp:smollm2-135m-instruct']) {
    await using model = await fromPretrained(name, { contextLength: 512 });
    outputs.push(await model.generateTokens(PROMPT, { maxTokens: 64 }));
    expect(await model.generateTokens(PROMPT, { maxTokens: 3 })).toEqual(outputs.at(-1)!.slice(0, 3));
    const sampled = { maxTokens: 6, temperature: 1, seed: 4 };
    expect(await model.generateTokens(PROMPT, sampled)).toEqual(await model.generateTokens(PROMPT, sampled));
    await expect(model.embed(['a'])).rejects.toMatchObject({ code: 'invalid_input' });
  }
  expect(outputs[0]!.at(-1)).toBe(END);
  expect(outputs[1]).toEqual(outputs[0]);
  expect(outputs[2]).toEqual(outputs[0]);
});
