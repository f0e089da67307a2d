import { basename, dirname } from 'node:path';
import { AutoModelForCausalLM, env, Tensor } from '@huggingface/transformers';
import { createStopwatch, type Peer } from './peer.ts';

/** Plain transformers.js `generate` over the same converted folder, one stream. */
export async function openTransformersJs(folder: string, threads: number): Promise<Peer> {
  env.localModelPath = `${dirname(folder)}/`;
  env.allowRemoteModels = false;
  const model = await AutoModelForCausalLM.from_pretrained(basename(folder), { dtype: 'fp32', device: 'cpu', session_options: { intraOpNumThreads: threads } });
  return {
    streams: 1,
    async run([prompt = []], newTokens) {
      const watch = createStopwatch(1);
      const shape = [1, prompt.length];
      let puts = 0;
      await model.generate({
        inputs: new Tensor('int64', BigInt64Array.from(prompt, BigInt), shape),
        attention_mask: new Tensor('int64', new BigInt64Array(prompt.length).fill(1n), shape),
        max_new_tokens: newTokens,
        do_sample: false,
        // The first call of `put` carries the prompt.
        streamer: { put: () => void (puts++ > 0 && watch.token(0)), end: () => {} },
      } as unknown as Parameters<typeof model.generate>[0]);
      return watch.stop();
    },
    processId: () => 0,
    close: async () => void (await model.dispose()),
  };
}
