import { fromPretrained } from '@glm-tasks/core';
import { translate } from '@glm-tasks/translate';
import type { Translator, TranslatorOptions } from './translator.ts';

/** Our task as a user calls it, with all its checks and second attempts. */
export async function openGlmTasksTranslator({ path, threads }: TranslatorOptions): Promise<Translator> {
  const model = await fromPretrained(path, { threads });
  await model.generate('Say hello.', { maxTokens: 8 }); // warms up
  return {
    async translate(sentences) {
      const { texts = [] } = await translate({ texts: sentences, from: 'en', to: 'zh' }, { model });
      return texts.map(({ text }) => text);
    },
  };
}
