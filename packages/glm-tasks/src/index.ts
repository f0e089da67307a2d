export { ChatGLM, TaskError, fromPretrained, isTaskError, loadReader } from '@glm-tasks/core';
export type {
  DeepPartial,
  ExtractedAnswer,
  Generated,
  GeneratedObject,
  JsonRung,
  LoadOptions,
  Message,
  Model,
  ObjectOptions,
  ObjectPart,
  Part,
  Reader,
  ReaderOptions,
  RunOptions,
  Sampling,
  Scored,
  TaskErrorCode,
  TokenLogprob,
  TokenOptions,
  Usage,
} from '@glm-tasks/core';
export { summarize } from '@glm-tasks/summarize';
export type { Summarize, SummarizeInput, SummarizeRun, Summary, SummaryPlan } from '@glm-tasks/summarize';
export { createFileStore, createMemoryStore } from '@glm-tasks/task';
export type { Store, TaskEvent, TaskRun } from '@glm-tasks/task';
export type { LoadProgress } from '@glm-tasks/weights';
export { answer, calibrate, createKnowledge, createServiceDesk, evaluateAnswers, loadKnowledge, readDeskSettings } from '@glm-tasks/answer';
export type { Answer, AnswerInput, AnswerRun, DeskReply, Knowledge, ServiceDesk, ServiceDeskOptions } from '@glm-tasks/answer';
export { checkDocument, extractTerms, readGlossary, translate } from '@glm-tasks/translate';
export type { TranslateInput, TranslateRun, Translation } from '@glm-tasks/translate';
export { changeOutline, continueStory, rewrite, rewriteChapter, writeNews, writeStory } from '@glm-tasks/write';
export type { News, NewsInput, RewriteInput, Rewriting, Story, StoryOutline, StoryRequest } from '@glm-tasks/write';
export { tasks } from './tasks.ts';
export type { ListedRun, ListedTask } from './tasks.ts';
