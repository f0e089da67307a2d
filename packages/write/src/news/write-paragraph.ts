import type { Model } from '@glm-tasks/core';
import { buildPrompt, generateGuarded, lastOf, readLanguage, splitSentences, type Store } from '@glm-tasks/task';
import { createSentenceCheck, type Fault } from './check-sentence.ts';
import { inScript } from './in-script.ts';
import { isStated, makeClaim, measureClaim, type Claim } from './cover-facts.ts';
import { writeQuote, type HouseStyle } from './house-style.ts';
import type { NewsFact } from './news-fact.ts';
import type { PlannedParagraph } from './plan-news.ts';
import type { NewsWording } from './prompts.ts';
import type { NewsSentence } from './schema.ts';
import { stateFact, stateFacts, type Known } from './state-facts.ts';
import { trimInvention } from './trim-invention.ts';
import { writeDates } from './write-date.ts';

export interface Writing {
  model: Model;
  wording: NewsWording;
  language: string;
  style: HouseStyle;
  year: string | undefined;
  marker: string;
  /** The fact the report opens with: what it says of time and place is not said again. */
  lead: NewsFact;
  store: Store | undefined;
  signal: AbortSignal | undefined;
}

/** A sentence of the model that passed, or what is wrong with it. */
interface Judged {
  text: string;
  fault?: Fault | undefined;
}

/**
 * One paragraph: the model writes up the statements of its facts; each sentence is checked; where one fails or a fact is missing, the model is
 * told what was wrong and asked once more; what still fails is dropped, and facts that are then not stated get their plain sentence. So the
 * paragraph states all of its facts, and nothing else, whatever the model says.
 */
export async function writeParagraph({ facts: all, isLede }: PlannedParagraph, writing: Writing): Promise<NewsSentence[]> {
  const { language, style, wording } = writing;
  const quotes = all.flatMap((fact) => quoteFact(fact, style));
  // What was taken from notes may be a quotation and nothing else.
  const facts = all.filter(({ what }) => what !== '');
  if (facts.length === 0) return quotes;
  const known: Known = isLede ? {} : { when: writing.lead.when, where: writing.lead.where };
  const statements = stateFacts(facts, language, known).map(({ text }) => text);
  const sameSubject = !isLede && facts.every(({ who }) => who === writing.lead.who);
  const claims = facts.map((fact, index) => makeClaim(fact, language, known, index === 0 && !sameSubject));
  const check = createSentenceCheck(statements, [stateFact(writing.lead, language)], language);
  const instruction = isLede ? wording.lede(facts.length) : wording.body(facts.length);

  // The sentence of a single fact is as good as any; notes are another matter, as their lines need not be sentences.
  if (facts.length === 1 && facts[0]?.statement === undefined) return [...assemble([], claims, claims, writing, known), ...quotes];

  let judged = judge(await ask(statements, instruction, '', writing), check, statements);
  let chosen = choose(judged, claims);
  if (chosen.missing.length > 0) {
    const faults = judged.flatMap(({ fault }) => (fault ? [fault] : []));
    judged = judge(await ask(statements, `${instruction} ${wording.repair(faults)}`, instruction, writing), check, statements);
    const again = choose(judged, claims);
    if (again.missing.length < chosen.missing.length) chosen = again;
  }
  return [...nameSubject(leadToQuotes(assemble(chosen.kept, claims, chosen.missing, writing, known), facts), facts), ...quotes];
}

async function ask(statements: readonly string[], instruction: string, shared: string, writing: Writing): Promise<string> {
  const { model, wording, language, style, year, marker, store, signal } = writing;
  const document = statements.join('\n');
  const prompt = () => buildPrompt({ system: wording.system, document, marker, instruction });
  const guards = { marker, document, instructions: [wording.system, shared === '' ? instruction : shared].join('\n'), language: readLanguage(language).language };
  const { counts } = await model.countTokens([document]);
  const { text, failure } = await lastOf(generateGuarded(model, { prompt, guards, maxTokens: Math.min(600, 60 + 2 * (counts[0] ?? 200)), store, signal }));
  if (failure !== undefined && failure !== 'repetition') return '';
  return writeDates(await inScript(text.replace(/\s*\n+\s*/gu, /\p{Script=Han}/u.test(text) ? '' : ' ').replace(/\*\*|^[-*•]\s+/gu, ''), language), style, year);
}

function judge(text: string, check: (sentence: string) => Fault | undefined, statements: readonly string[]): Judged[] {
  return splitSentences(text).map((sentence) => {
    const trimmed = trimInvention(sentence, statements);
    return { text: trimmed, fault: check(trimmed) };
  });
}

/** Sentences that passed and say something that no earlier one said; facts that none of them states. */
function choose(judged: readonly Judged[], claims: readonly Claim[]): { kept: string[]; missing: Claim[] } {
  const sound = judged.filter(({ fault }) => !fault).map(({ text }) => text);
  const missingIn = (sentences: readonly string[]) => claims.filter((claim) => !isStated(claim, sentences.join('\n')));
  let kept: string[] = [];
  for (const sentence of sound) if (missingIn([...kept, sentence]).length < missingIn(kept).length || isPartOfMore(sentence, sound, kept, missingIn)) kept = [...kept, sentence];
  const missing = missingIn(kept);
  // What says a part of a fact that gets its plain sentence anyway would say it twice.
  const stated = claims.filter((claim) => !missing.includes(claim));
  return { kept: kept.filter((sentence) => missing.length === 0 || !leansTo(sentence, missing, stated)), missing };
}

/** One fact may be told in two sentences, neither of which is enough alone. */
function isPartOfMore(sentence: string, sound: readonly string[], kept: readonly string[], missingIn: (sentences: readonly string[]) => Claim[]): boolean {
  const later = sound.slice(sound.indexOf(sentence) + 1);
  return later.length > 0 && missingIn([...kept, sentence, ...later]).length < missingIn([...kept, ...later]).length;
}

function leansTo(sentence: string, missing: readonly Claim[], stated: readonly Claim[]): boolean {
  const best = (claims: readonly Claim[]) => Math.max(0, ...claims.map((claim) => measureClaim(claim, sentence)));
  return best(missing) > best(stated);
}

/** Plain sentences take the places of the facts they state. */
function assemble(kept: readonly string[], claims: readonly Claim[], missing: readonly Claim[], { language }: Writing, known: Known): NewsSentence[] {
  const placeOf = (fact: NewsFact) => claims.findIndex((claim) => claim.fact === fact);
  const sentences = kept.map((text) => {
    const near = claims.map((claim) => ({ claim, share: measureClaim(claim, text) }));
    const most = Math.max(...near.map(({ share }) => share));
    const told = near.filter(({ claim, share }) => !missing.includes(claim) && (share >= 0.5 || share === most)).map(({ claim }) => claim.fact);
    return { place: told[0] === undefined ? 0 : placeOf(told[0]), sentence: { text, factIds: told.map(({ id }) => id), by: 'model' } as NewsSentence };
  });
  // What is told by halves in two sentences counts for the one that tells more of it.
  for (const claim of claims.filter(({ fact }) => !missing.some((other) => other.fact === fact) && !sentences.some(({ sentence }) => sentence.factIds.includes(fact.id)))) {
    const nearest = sentences.toSorted((a, b) => measureClaim(claim, b.sentence.text) - measureClaim(claim, a.sentence.text))[0];
    nearest?.sentence.factIds.push(claim.fact.id);
  }
  for (const { text, facts } of stateFacts(missing.map(({ fact }) => fact), language, known)) {
    const place = placeOf(facts[0] as NewsFact);
    const next = sentences.findIndex((other) => other.place > place);
    sentences.splice(next < 0 ? sentences.length : next, 0, { place, sentence: { text, factIds: facts.map(({ id }) => id), by: 'template' } });
  }
  return sentences.map(({ sentence }) => sentence);
}

/** What is told of a speaker stands in front of the quotation, which ends the paragraph. */
function leadToQuotes(sentences: readonly NewsSentence[], facts: readonly NewsFact[]): NewsSentence[] {
  const quoting = new Set(facts.filter(({ quote }) => quote?.speaker !== undefined).map(({ id }) => id));
  const leads = ({ factIds }: NewsSentence) => factIds.length > 0 && factIds.every((id) => quoting.has(id));
  return [...sentences.filter((sentence) => !leads(sentence)), ...sentences.filter(leads)];
}

/** A paragraph must not open on a pronoun whose sentence was dropped. */
function nameSubject([first, ...rest]: NewsSentence[], facts: readonly NewsFact[]): NewsSentence[] {
  if (first === undefined) return [];
  const who = facts.find(({ id }) => first.factIds.includes(id))?.who;
  if (first.by !== 'model' || who === undefined) return [first, ...rest];
  const text = first.text.replace(/^(?:It|They|He|She)(?= )|^(?:它们?|他们?|她们?)(?!的)/u, who);
  return [{ ...first, text: text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()) }, ...rest];
}

function quoteFact({ id, quote }: NewsFact, style: HouseStyle): NewsSentence[] {
  if (quote?.speaker === undefined) return [];
  return [{ text: writeQuote(style, { text: quote.text, speaker: quote.speaker }), factIds: [id], by: 'quote' }];
}
