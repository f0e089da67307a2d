export { summarize } from './summarize.ts';
export { summarizeInput, summarizeOutput } from './schema.ts';
export type { SummarizeInput, Summary } from './schema.ts';
