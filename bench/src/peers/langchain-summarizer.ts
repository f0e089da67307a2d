import { loadSummarizationChain } from '@langchain/classic/chains';
import { Document } from '@langchain/core/documents';
import { PromptTemplate } from '@langchain/core/prompts';
import { openLlamaCppModel } from './langchain-llm.ts';
import type { Summarizer, SummarizerOptions } from './summarizer.ts';

/** As long as our notes may be, and about what our paragraph may be. */
const MAX_TOKENS = 200;
/** The chain puts notes together once they are below 3,000 tokens. */
const CONTEXT_SIZE = 3_000 + MAX_TOKENS + 128;

/** map_reduce of LangChain.js as its documentation shows it: all chunks at once, then one call over the notes. */
export async function openLangChainSummarizer({ path, threads, sequences, sameInstructions }: SummarizerOptions): Promise<Summarizer> {
  const { llm, spent } = await openLlamaCppModel({ path, threads, sequences, contextSize: CONTEXT_SIZE, maxTokens: MAX_TOKENS });
  const ask = (order: string): PromptTemplate => PromptTemplate.fromTemplate(`{text}\n\n${order}`);
  const ours = {
    combineMapPrompt: ask('Summarize the text above in 3 sentences. Keep the names and numbers that matter.'),
    combinePrompt: ask('Summarize the text above in 3 sentences.'),
  };
  const chain = loadSummarizationChain(llm, { type: 'map_reduce', ...(sameInstructions ? ours : {}) });
  return {
    async summarize({ chunks }) {
      const documents = chunks.map((chunk) => new Document({ pageContent: chunk }));
      const { text } = (await chain.invoke({ input_documents: documents })) as { text: string };
      return { summary: text.trim(), ...spent, chunks };
    },
  };
}
