import { fromPretrained } from '@glm-tasks/core';
import { createStopwatch, type Peer } from './peer.ts';

/** Our engine over a converted folder. */
export async function openGlmTasks(folder: string, threads: number): Promise<Peer> {
  const model = await fromPretrained(folder, { threads, slots: 8, contextLength: 4096 });
  return {
    streams: 8,
    async run(prompts, newTokens) {
      const watch = createStopwatch(prompts.length);
      const counts = await Promise.all(
        prompts.map(async (prompt, stream) => {
          // Guesses are measured apart (bench lookup): the peers make none here.
          for await (const part of model.stream(prompt, { maxTokens: newTokens, promptLookup: false })) {
            if (part.type === 'text-delta') watch.token(stream);
            else return part.usage.outputTokens;
          }
          return 0;
        }),
      );
      return watch.stop(counts.reduce((sum, count) => sum + count, 0));
    },
    processId: () => 0,
    close: () => model.dispose(),
  };
}
