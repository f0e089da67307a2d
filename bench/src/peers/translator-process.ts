import type { Translator, TranslatorOptions } from './translator.ts';

// A process that holds one translator; it answers batches until it is killed.

const openers: Record<TranslatorOptions['kind'], (options: TranslatorOptions) => Promise<Translator>> = {
  'glm-tasks': async (options) => (await import('./glm-tasks-translator.ts')).openGlmTasksTranslator(options),
  'llama.cpp': async (options) => (await import('./llama-cpp-translator.ts')).openLlamaCppTranslator(options),
};

const options = JSON.parse(process.argv[2]!) as TranslatorOptions;
const translator = await openers[options.kind](options);
process.send!('loaded');
process.on('message', (sentences: string[]) => {
  const start = performance.now();
  translator.translate(sentences).then(
    (texts) => process.send!({ run: { texts, seconds: (performance.now() - start) / 1000 } }),
    (error: unknown) => process.send!({ error: String(error) }),
  );
});
