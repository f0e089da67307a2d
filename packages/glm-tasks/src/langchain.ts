import { toTool } from '@glm-tasks/langchain';
import { tasks, type ListedRun } from './tasks.ts';

export * from '@glm-tasks/langchain';

/**
 * Every task of the list as a tool for an agent.
 *
 * @example
 * const agent = createAgent({ model: new ChatGlmTasks({ model }), tools: toTools({ model }) });
 */
export function toTools(run: ListedRun = {}): ReturnType<typeof toTool>[] {
  return tasks.map((task) => toTool(task, run));
}
