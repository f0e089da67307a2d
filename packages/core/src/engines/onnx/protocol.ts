/** What the engine's process is loaded with. */
export interface EngineOptions {
  folder: string;
  threads: number;
  slots: number | undefined;
  contextLength: number | undefined;
  memoryBudget: number | undefined;
}
