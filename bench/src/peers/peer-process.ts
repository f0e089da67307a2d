import { openGlmTasks } from './glm-tasks.ts';
import type { Peer } from './peer.ts';

// A process that holds one peer; it answers `run` messages until it is killed.

const openers: Record<string, (path: string, threads: number) => Promise<Peer>> = {
  'glm-tasks': openGlmTasks,
  'llama.cpp': async (path, threads) => (await import('./llama-cpp.ts')).openLlamaCpp(path, threads),
  'transformers.js': async (path, threads) => (await import('./transformers-js.ts')).openTransformersJs(path, threads),
};

const [kind = '', path = '', threads = '2'] = process.argv.slice(2);
const start = performance.now();
const peer = await openers[kind]!(path, Number(threads));
process.send!({ loadMilliseconds: performance.now() - start, streams: peer.streams });
process.on('message', ({ prompts, newTokens }: { prompts: number[][]; newTokens: number }) => {
  peer.run(prompts, newTokens).then(
    (run) => process.send!({ run }),
    (error: unknown) => process.send!({ error: String(error) }),
  );
});
