import { TaskError } from '@glm-tasks/core';
import { expect, test } from 'vitest';
import { fakeShell } from '../testing/fake-shell.ts';
import { runCommand } from './run-command.ts';
import type { LoadOptions } from './shell.ts';

const model = 'transformers-js:Xenova/nllb-200-distilled-600M';

async function translate(more: readonly string[], onLoad?: (name: string, options: LoadOptions) => void) {
  const seen: { name: string; languages: unknown }[] = [];
  const shell = fakeShell({
    stdin: '渡轮今天晚点。',
    reply: () => 'The ferry is late today.',
    onLoad: (name, options) => {
      seen.push({ name, languages: options.languages });
      onLoad?.(name, options);
    },
  });
  const code = await runCommand(['translate', '-', '--to', 'en', '--model', model, ...more], shell);
  return { code, seen, output: shell.output(), messages: shell.messages() };
}

test('the codes of two languages reach a model for many', async () => {
  expect(await translate(['--languages', 'zho_Hans:eng_Latn'])).toMatchObject({ code: 0, output: 'The ferry is late today.\n', seen: [{ name: model, languages: { from: 'zho_Hans', to: 'eng_Latn' } }] });
  expect(await translate([])).toMatchObject({ code: 0, seen: [{ name: model, languages: undefined }] });
});

test.each(['zho_Hans', 'zho_Hans:', ':eng_Latn', 'a:b:c', 'zho Hans:eng'])('--languages %j is refused before a model is loaded', async (typed) => {
  expect(await translate(['--languages', typed])).toMatchObject({ code: 2, seen: [], messages: expect.stringContaining('such as zho_Hans:eng_Latn') });
});

test('a model that must be told says what to type', async () => {
  const { code, messages } = await translate([], () => {
    throw new TaskError('invalid_input', `"${model}" translates between many languages: give "languages".`, { details: { field: 'languages' } });
  });
  expect(code).toBe(2);
  expect(messages).toContain('glm-tasks translate FILE --languages zho_Hans:eng_Latn');
});
