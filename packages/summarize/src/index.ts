export { planSummarize } from './estimate.ts';
export type { PlanRun, SummaryPlan } from './estimate.ts';
export { summarizeInput, summarizeOutput } from './schema.ts';
export type { SummarizeInput, Summary } from './schema.ts';
export { summarize } from './summarize.ts';
export type { Summarize, SummarizeRun } from './summarize.ts';
