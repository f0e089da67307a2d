import type { Summarizer, SummarizerOptions, SummarizerTask } from './summarizer.ts';

// A process that holds one summarizer; it answers tasks until it is killed.

const openers: Record<string, (options: SummarizerOptions) => Promise<Summarizer>> = {
  'glm-tasks': async (options) => (await import('./glm-tasks-summarizer.ts')).openGlmTasksSummarizer(options),
  LangChain: async (options) => (await import('./langchain-summarizer.ts')).openLangChainSummarizer(options),
};

const options = JSON.parse(process.argv[2]!) as SummarizerOptions;
const summarizer = await openers[options.kind]!(options);
process.send!('loaded');
process.on('message', (task: SummarizerTask) => {
  const start = performance.now();
  summarizer.summarize(task).then(
    (run) => process.send!({ run: { ...run, seconds: (performance.now() - start) / 1000 } }),
    (error: unknown) => process.send!({ error: String(error) }),
  );
});
