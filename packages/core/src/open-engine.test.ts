import { expect, test } from 'vitest';
import { fromPretrained } from './from-pretrained.ts';

test.each(['openai:some-model', 'llama-cpp:./model.gguf', 'transformers-js:someone/something', './words.vec', 'http://127.0.0.1:1#model'])(
  'an adapter for %s, which is not converted here, is refused before anything is loaded',
  async (name) => {
    await expect(fromPretrained(name, { adapter: './adapter', apiKey: 'none' })).rejects.toMatchObject({ code: 'invalid_input', details: { field: 'adapter' } });
  },
);
