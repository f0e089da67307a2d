import { getLlama, LlamaChat, LlamaLogLevel, type ChatHistoryItem } from 'node-llama-cpp';
import type { Translator, TranslatorOptions } from './translator.ts';

const MAX_TOKENS = 300;
const SEQUENCE_TOKENS = 640;

/**
 * llama.cpp as its users translate with it: a plain order around each sentence, greedy, the chat template of the file, and the beginning of the
 * prompt kept from one sentence to the next. With several sequences llama.cpp batches them itself.
 */
export async function openLlamaCppTranslator({ path, threads, sequences }: TranslatorOptions): Promise<Translator> {
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: threads });
  const model = await llama.loadModel({ modelPath: path });
  const context = await model.createContext({ contextSize: SEQUENCE_TOKENS, sequences, threads, batchSize: 2048 });
  const chats = Array.from({ length: sequences }, () => new LlamaChat({ contextSequence: context.getSequence() }));
  const ask = async (chat: LlamaChat, prompt: string, maxTokens: number) => {
    const history: ChatHistoryItem[] = [{ type: 'user', text: prompt }, { type: 'model', response: [] }];
    return (await chat.generateResponse(history, { maxTokens, temperature: 0 })).response.trim();
  };
  await ask(chats[0]!, 'Say hello.', 8); // warms up
  return {
    async translate(sentences) {
      const texts: string[] = [];
      let next = 0;
      const work = async (chat: LlamaChat) => {
        while (next < sentences.length) {
          const index = next++;
          texts[index] = await ask(chat, `将以下文本翻译为中文，注意只需要输出翻译后的结果，不要额外解释：\n\n${sentences[index]}`, MAX_TOKENS);
        }
      };
      await Promise.all(chats.map(work));
      return texts;
    },
  };
}
