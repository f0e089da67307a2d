import { detectLanguage, guardOutput, neutralize, remember } from '@glm-tasks/task';
import { z } from 'zod';
import type { Question } from './question.ts';
import type { ReadRequest } from './read-by-model.ts';

/** The question in the language of what was found, to search with; in the other of Chinese and English where nothing was. Undefined where that fails. */
export async function translateQuestion(question: Question, sample: string | undefined, { model, wording, store, signal }: ReadRequest): Promise<string | undefined> {
  const found = sample === undefined ? 'und' : detectLanguage(sample);
  const language = found !== 'und' && found !== question.language ? found : question.language === 'zh' ? 'en' : 'zh';
  const system = wording.translate(language);
  const asked = neutralize(question.text);
  const written = await remember(store, { made: 'translated question', version: 1, model: model.name, system, asked }, async () => {
    const { text } = await model.generate([{ role: 'system', content: system }, { role: 'user', content: asked }], { maxTokens: 120, stop: ['\n'], ...(signal ? { signal } : {}) });
    return text;
  }, z.string());
  const { text, failure } = guardOutput(written, { language });
  return failure === undefined ? text : undefined;
}
