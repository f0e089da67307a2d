import type { Family } from './architectures/families.ts';

/** How every text for a GLM model begins; without it the model answers, but worse. */
const glmStart = '[gMASK]<sop>';

// The published chat formats, for files that come without a template. ChatGLM3 puts a space before what is said, which
// its vocabulary writes into the first word. Both begin the answer's own line, which the model would begin otherwise.
const glm4Template =
  "{% for message in messages %}<|{{ message['role'] }}|>\n{{ message['content'] }}{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}";
const chatglm3Template =
  "{% for message in messages %}<|{{ message['role'] }}|>\n {{ message['content'] }}{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}";
/** ChatGLM2 has no tokens for the speakers: its rounds are counted in Chinese. */
const chatglm2Template =
  "{% for message in messages %}{% if message['role'] == 'user' %}[Round {{ loop.index0 // 2 + 1 }}]\n\n问：{{ message['content'] }}\n\n答：{% else %}{{ message['content'] }}\n\n{% endif %}{% endfor %}";

/** Texts by which chat models end a turn. Files often declare only one of those their model uses. */
const endOfTurn = ['<|im_end|>', '<|endoftext|>', '<|eot_id|>', '<|end_of_text|>', '</s>'];
/** GLM models go on with the next speaker instead. */
const endOfGlmTurn = [...endOfTurn, '<|user|>', '<|observation|>'];

export interface Vocabulary {
  family: Family;
  /** Whether pieces are SentencePiece's, which mark the beginnings of words. */
  marksWords: boolean;
  has(token: string): boolean;
}

/** The template a model speaks by: the file's own, the published one where it has none, for GLM with its beginning. */
export function chooseChatTemplate(declared: string | undefined, vocabulary: Vocabulary): string | undefined {
  // Some files give the name of a template instead of one.
  const own = declared?.includes('{') ? declared : undefined;
  if (!isGlm(vocabulary)) return own;
  const published = vocabulary.has('<|user|>') ? (vocabulary.marksWords ? chatglm3Template : glm4Template) : chatglm2Template;
  const template = (own ?? glmStart + published).replaceAll('[gMASK]sop', glmStart);
  // GLM-Edge, a `chatglm` too, was trained without the beginning; for GLM-4-0414 some files lost it.
  return vocabulary.family === 'glm4' && !template.includes(glmStart) ? glmStart + template : template;
}

export function listEndsOfTurn(vocabulary: Pick<Vocabulary, 'has'>): readonly string[] {
  return isGlm(vocabulary) ? endOfGlmTurn : endOfTurn;
}

function isGlm({ has }: Pick<Vocabulary, 'has'>): boolean {
  return has('[gMASK]');
}
