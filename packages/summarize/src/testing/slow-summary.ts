import { appendFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { createFileStore } from '@glm-tasks/task';
import { summarize } from '../summarize.ts';
import { documentOf } from './scripted.ts';

// node slow-summary.js STORE LOG: a summary of 30 parts whose every call is logged as it is asked, with a mark of its own in the answer.
const [, , storePath = '', logPath = ''] = process.argv;
const text = Array.from({ length: 900 }, (_, index) => `Sentence ${index} tells of the bridge and the ${index} boats that wait for it in the harbour of the town. `).join('');
const engine = fakeEngine({
  reply: (request) => {
    const mark = createHash('sha256').update(documentOf(request)).digest('hex').slice(0, 12);
    appendFileSync(logPath, `${mark}\n`);
    return `The boats of ${mark} wait for the bridge. They wait long.`;
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
const { summary, usage } = await summarize(text, { model, store: createFileStore(storePath) });
process.stdout.write(JSON.stringify({ summary, calls: usage.calls }));
