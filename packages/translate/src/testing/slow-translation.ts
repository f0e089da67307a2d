import { appendFileSync } from 'node:fs';
import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { createFileStore } from '@glm-tasks/task';
import { translate } from '../translate.ts';
import { sourceOf, toChinese } from './fake-translator.ts';

// node slow-translation.js STORE LOG: 60 paragraphs to Chinese; every call is logged as it is asked, by what it is asked to translate.
const [, , storePath = '', logPath = ''] = process.argv;
const text = Array.from({ length: 60 }, (_, index) => `Captain Ruiz saw ${index} boats in the harbour before the bridge of Hull was raised.`).join('\n\n');
const engine = fakeEngine({
  reply: (request) => {
    appendFileSync(logPath, `${sourceOf(request)}\n`);
    return toChinese(sourceOf(request));
  },
});
const model = createModel({
  ...engine,
  async *stream(request) {
    // As long as a real call, for a small text: the parent has time to kill in the middle.
    await new Promise((resolve) => setTimeout(resolve, 15));
    yield* engine.stream(request);
  },
});
const { text: translated, usage } = await translate({ text, to: 'zh' }, { model, store: createFileStore(storePath) });
process.stdout.write(JSON.stringify({ translated, calls: usage.calls }));
