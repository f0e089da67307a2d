// node examples/langchain/any-chat-model.js: any chat model of LangChain runs our tasks; here a fake one, which needs no key
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { summarize } from 'glm-tasks';
import { fromLangChain } from 'glm-tasks/langchain';

const text = 'The council met on Tuesday. It voted to close the old bridge on 3 May and to open the ferry pier again. The repair will cost 40,000 pounds.';

// With a provider: fromLangChain(({ temperature, maxTokens }) => new ChatOpenAI({ model: 'gpt-5-mini', temperature, maxTokens }))
const chatModel = new FakeListChatModel({ responses: ['The council voted to close the old bridge on 3 May and to open the ferry pier again.'] });
const model = fromLangChain(chatModel);

const { summary, usage } = await summarize({ text, length: 'short' }, { model });
console.log(summary);
console.log(usage);
