import type { Model } from '@glm-tasks/core';
import { createUtteranceMatcher } from '../knowledge/match-utterances.ts';
import type { UtteranceMatcher } from '../knowledge/match-utterances.ts';
import { isSameQuestion } from './is-same-question.ts';
import type { Intent } from './intents.ts';
import type { Desk, DeskKnowledge, FaqMatch } from './turn.ts';

type Entry = FaqMatch['passage'] & { variants?: readonly string[] };

/** Nearest utterances of intents and of FAQ entries. They are made on first use, those of the FAQ anew whenever the knowledge has changed. */
export function createMatchers(knowledge: DeskKnowledge, intents: readonly Intent[], embedder: Pick<Model, 'embed'> | undefined): Pick<Desk, 'matchIntents' | 'matchFaq'> {
  const options = embedder ? { model: embedder } : {};
  let intentMatcher: Promise<UtteranceMatcher> | undefined;
  let faq: { of: Iterable<unknown>; matcher: Promise<UtteranceMatcher>; entries: Map<string, Entry>; examples: Map<string, string[]> } | undefined;

  function openFaq(): NonNullable<typeof faq> {
    const { passages } = knowledge;
    // A knowledge that has changed has another list.
    if (faq?.of === passages) return faq;
    const entries = new Map<string, Entry>();
    const examples = new Map<string, string[]>();
    for (const passage of passages) {
      const { answer } = passage;
      if (answer === undefined) continue;
      // Entries with the same answer must not take each other's confidence.
      const label = entries.has(answer) ? answer : (entries.set(answer, { ...passage, answer }), answer);
      examples.set(label, [...(examples.get(label) ?? []), passage.text, ...((passage as Entry).variants ?? [])]);
    }
    const matcher = createUtteranceMatcher([...examples].map(([label, texts]) => ({ label, examples: texts })), options);
    faq = { of: passages, matcher, entries, examples };
    matcher.catch(() => {
      faq = undefined; // its own callers hear of it; the next turn tries again
    });
    return faq;
  }

  return {
    async matchIntents(text, signal) {
      if (intents.length === 0) return [];
      intentMatcher ??= createUtteranceMatcher(intents.map(({ name, utterances }) => ({ label: name, examples: utterances })), options).catch((error: unknown) => {
        intentMatcher = undefined;
        throw error;
      });
      return (await intentMatcher).match(text, { limit: 3, ...(signal ? { signal } : {}) });
    },
    async matchFaq(text, signal) {
      const { matcher, entries, examples } = openFaq();
      if (entries.size === 0) return [];
      const matches = await (await matcher).match(text, { limit: 3, ...(signal ? { signal } : {}) });
      return Promise.all(
        matches.map(async ({ label, confidence }) => ({ passage: entries.get(label)!, confidence, isSame: await isSameQuestion(text, examples.get(label)!, label) })),
      );
    },
  };
}
