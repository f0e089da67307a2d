import { LLM } from '@langchain/core/language_models/llms';
import { getLlama, LlamaChat, LlamaLogLevel, type ChatHistoryItem } from 'node-llama-cpp';

export interface LlamaCppOptions {
  path: string;
  threads: number;
  sequences: number;
  /** Tokens of one sequence. */
  contextSize: number;
  /** Tokens one answer may have. */
  maxTokens: number;
}

export interface Spent {
  calls: number;
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
}

/**
 * llama.cpp as a model of LangChain: the chat template of the file around each prompt, greedy, and as many calls side by side as the context has
 * sequences; llama.cpp batches them itself, and keeps the beginning of the prompt a sequence had before.
 */
export async function openLlamaCppModel({ path, threads, sequences, contextSize, maxTokens }: LlamaCppOptions): Promise<{ llm: LLM; spent: Spent }> {
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: threads });
  const model = await llama.loadModel({ modelPath: path });
  const context = await model.createContext({ contextSize, sequences, threads, batchSize: 2048 });
  const chats = Array.from({ length: sequences }, () => new LlamaChat({ contextSequence: context.getSequence() }));
  const spent: Spent = { calls: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0 };
  const free = [...chats];
  const waiting: ((chat: LlamaChat) => void)[] = [];
  const giveBack = (chat: LlamaChat): void => {
    const next = waiting.shift();
    if (next) next(chat);
    else free.push(chat);
  };

  async function answer(prompt: string): Promise<string> {
    const chat = free.pop() ?? (await new Promise<LlamaChat>((resolve) => waiting.push(resolve)));
    try {
      const history: ChatHistoryItem[] = [{ type: 'user', text: prompt }, { type: 'model', response: [] }];
      const inputTokens = chat.chatWrapper.generateContextState({ chatHistory: history }).contextText.tokenize(model.tokenizer).length;
      const before = chat.sequence.tokenMeter.getState();
      const { response } = await chat.generateResponse(history, { maxTokens, temperature: 0 });
      const used = chat.sequence.tokenMeter.diff(before);
      spent.calls++;
      spent.inputTokens += inputTokens;
      spent.cachedTokens += Math.max(0, inputTokens - used.usedInputTokens);
      spent.outputTokens += used.usedOutputTokens;
      return response;
    } finally {
      giveBack(chat);
    }
  }

  await chats[0]!.generateResponse([{ type: 'user', text: 'Say hello.' }, { type: 'model', response: [] }], { maxTokens: 8, temperature: 0 }); // warms up
  return { llm: new LlamaCppLlm((text) => model.tokenize(text).length, answer), spent };
}

// LangChain takes no plain functions for a model.
class LlamaCppLlm extends LLM {
  readonly #count: (text: string) => number;
  readonly #answer: (prompt: string) => Promise<string>;

  constructor(count: (text: string) => number, answer: (prompt: string) => Promise<string>) {
    super({});
    this.#count = count;
    this.#answer = answer;
  }

  override _llmType(): string {
    return 'llama.cpp';
  }

  override _call(prompt: string): Promise<string> {
    return this.#answer(prompt);
  }

  /** Its own way counts with the vocabulary of GPT-2, which it downloads. */
  override getNumTokens(content: string): Promise<number> {
    return Promise.resolve(this.#count(content));
  }
}
