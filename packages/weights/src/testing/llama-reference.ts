import { getLlama, LlamaLogLevel, type Llama, type Token } from 'node-llama-cpp';

/** llama.cpp with a file: an implementation of the same networks that shares no line with ours. */
export interface LlamaReference {
  /** For every token the scores of its successor. */
  scores(tokens: readonly number[]): Promise<number[][]>;
  /** The tokens that it chooses after these, always the likeliest. */
  continueGreedily(tokens: readonly number[], count: number): Promise<number[]>;
  tokenize(text: string, options?: { specials?: boolean }): number[];
  isEnd(token: number): boolean;
  dispose(): Promise<void>;
}

// Flash attention works in half precision here, which would decide between scores that lie close together.
const fullPrecision = { flashAttention: false, experimentalKvCacheKeyType: 'F32', experimentalKvCacheValueType: 'F32' } as const;

let starting: Promise<Llama> | undefined;

export async function openLlamaReference(gguf: string, { vocabularyOnly = false } = {}): Promise<LlamaReference> {
  starting ??= getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false, logLevel: LlamaLogLevel.fatal, maxThreads: 2 });
  const llama = await starting;
  const model = await llama.loadModel({ modelPath: gguf, vocabOnly: vocabularyOnly });

  async function scores(tokens: readonly number[]): Promise<number[][]> {
    const context = await model.createContext({ contextSize: 128, sequences: 1, threads: 1, batchSize: 64, ...fullPrecision });
    try {
      const outputs = await context.getSequence().controlledEvaluate(tokens.map((token) => [token as Token, { generateNext: { logits: true } }]));
      return outputs.map((output) => {
        const row: number[] = [];
        for (const [token, logit] of output!.next.logits!) row[token] = logit;
        return row;
      });
    } finally {
      await context.dispose();
    }
  }

  return {
    scores,
    async continueGreedily(tokens, count) {
      const context = await model.createContext({ contextSize: 128, sequences: 1, threads: 1, batchSize: 64, ...fullPrecision });
      try {
        const made: number[] = [];
        for await (const token of context.getSequence().evaluate(tokens as Token[], { temperature: 0, yieldEogToken: true })) {
          made.push(token);
          if (made.length === count) break;
        }
        return made;
      } finally {
        await context.dispose();
      }
    },
    tokenize: (text, { specials = false } = {}) => model.tokenize(text, specials, 'trimLeadingSpace') as number[],
    isEnd: (token) => model.isEogToken(token as Token),
    dispose: () => model.dispose(),
  };
}
