import { getLlama, LlamaLogLevel, type Token } from 'node-llama-cpp';
import { createStopwatch, type Peer } from './peer.ts';

/** llama.cpp through node-llama-cpp: its own parallel sequences and batching, CPU only. */
export async function openLlamaCpp(file: string, threads: number): Promise<Peer> {
  // Without maxThreads it takes four threads on a machine of two cores.
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: threads });
  const model = await llama.loadModel({ modelPath: file });
  const context = await model.createContext({ contextSize: 3072, sequences: 8, threads, batchSize: 2048 });
  const sequences = Array.from({ length: 8 }, () => context.getSequence());
  return {
    streams: 8,
    async run(prompts, newTokens) {
      for (const sequence of sequences) await sequence.clearHistory();
      const watch = createStopwatch(prompts.length);
      await Promise.all(
        prompts.map(async (prompt, stream) => {
          let count = 0;
          for await (const _ of sequences[stream]!.evaluate(prompt as Token[], { temperature: 0 })) {
            watch.token(stream);
            if (++count === newTokens) break;
          }
        }),
      );
      return watch.stop();
    },
    processId: () => 0,
    close: () => llama.dispose(),
  };
}
