import type { Model } from '@glm-tasks/core';
import { buildPrompt, chunkText, generateGuarded, lastOf, mapChunks, splitSentences, type GuardedText, type Store, type TaskEvent } from '@glm-tasks/task';
import { keepSupported } from './check-sentences.ts';
import type { Plan, PlannedChunk } from './plan.ts';
import { listTalk, type Wording } from './prompts.ts';

export interface Reading {
  model: Model;
  wording: Wording;
  marker: string;
  textLanguage: string;
  /** Who speaks, where the text is a transcript. */
  speakers: readonly string[];
  focus?: string | undefined;
  /** Remembers every call, so that a run that was stopped goes on where it was. */
  store?: Store | undefined;
  signal?: AbortSignal | undefined;
  warnings: string[];
  /** Sentences of notes that nothing in what they were about bore out, so far. */
  leftOut: { count: number };
}

export interface Condensed {
  /** Notes in order, at least one on every stretch of the text; in `sections` even groups, each short enough for one call. */
  digest: string[];
  /** The note on every chunk. */
  notes: string[];
}

type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

/** Notes on every chunk, then notes on groups of notes, until `sections` calls can read them all. Ends: a group has two notes at least. */
export async function* condense(plan: Plan, sections: number, reading: Reading): Steps<Condensed> {
  const { chunks, readTokens, noteTokens } = plan;
  const notes: string[] = [];
  const mapped = mapChunks(chunks, (chunk, signal) => noteOnChunk(chunk, plan, { ...reading, signal }), optionsOf(reading));
  for (let step = await mapped.next(); !step.done; step = await mapped.next()) {
    const { index, value, done, total } = step.value;
    const chunk = chunks[index];
    notes[index] = value;
    yield { type: 'progress', stage: 'reading', done, total };
    yield { type: 'partial', value: { start: chunk?.start, end: chunk?.end, summary: value } };
  }
  let level = dropRepeated(notes);
  for (;;) {
    // Even sections are longer than the fullest group by a note at most.
    const groups = await groupNotes(level, readTokens - (sections === 1 ? 0 : noteTokens), reading.model);
    if (groups.length <= sections) {
      const { count } = reading.leftOut;
      if (count > 0) reading.warnings.push(`${count} sentence${count === 1 ? '' : 's'} of the model's notes found no support in the text and ${count === 1 ? 'was' : 'were'} left out.`);
      return { digest: level, notes };
    }
    const merged: string[] = [];
    const reduced = mapChunks(groups, (group, signal) => (group.length === 1 ? Promise.resolve(group[0] as string) : note(group.join('\n'), plan, { ...reading, signal }, 'a group of notes')), optionsOf(reading));
    for (let step = await reduced.next(); !step.done; step = await reduced.next()) {
      merged[step.value.index] = step.value.value;
      yield { type: 'progress', stage: 'merging the notes', done: step.value.done, total: step.value.total };
    }
    level = dropRepeated(merged);
  }
}

function optionsOf({ model, signal }: Reading): { concurrency: number; signal: AbortSignal | undefined } {
  return { concurrency: model.slots, signal };
}

/** What is no longer than a note stands for itself. */
async function noteOnChunk({ index, text, tokens, speaker }: PlannedChunk, plan: Plan, reading: Reading): Promise<string> {
  if (tokens <= plan.noteTokens) return text.trim();
  return note(speaker === undefined ? text : reading.wording.goesOn(speaker, text), plan, reading, `part ${index + 1}`);
}

async function note(text: string, { noteSentences, noteTokens }: Plan, reading: Reading, what: string): Promise<string> {
  const { model, wording, marker, textLanguage, speakers, focus, store, signal, warnings } = reading;
  const prompt = (failed: unknown) => {
    const order = wording.note(noteSentences, focus);
    const instruction = failed ? `${order} ${wording.retry}` : order;
    return buildPrompt({ system: wording.system, document: text, marker, instruction });
  };
  // The focus is the user's: a note about it names it.
  const instructions = [wording.system, wording.note(noteSentences, undefined), wording.retry].join('\n');
  const guards = { marker, language: textLanguage, source: text, document: text, instructions };
  const said = await lastOf(generateGuarded(model, { prompt, guards, maxTokens: noteTokens, sentences: noteSentences, avoid: listTalk(wording, text, speakers), store, signal }));
  if (!usable(said)) return quoteInstead(text, noteTokens, said, { model, warnings, what });
  // A made-up sentence in a note would be one of the summary's sources.
  const { kept, left } = keepSupported(said.text, text);
  reading.leftOut.count += left;
  return joinSpaced(kept) || quoteInstead(text, noteTokens, said, { model, warnings, what });
}

function joinSpaced(sentences: readonly string[]): string {
  return sentences.join(/\p{Script=Han}/u.test(sentences.join('')) ? '' : ' ');
}

/** A note that copies, or whose loop was cut off, still carries what the part says. */
function usable({ failure, text }: GuardedText): boolean {
  return failure === undefined || (text !== '' && (failure === 'echo' || failure === 'repetition'));
}

/** First sentences are a fair stand-in for a summary, and cannot be wrong. */
async function quoteInstead(text: string, noteTokens: number, said: GuardedText, { model, warnings, what }: { model: Model; warnings: string[]; what: string }): Promise<string> {
  warnings.push(`The model's note on ${what} failed twice (${said.failure}); the first sentences of it stand in.`);
  const [first] = await chunkText(text.trimStart(), { model, maxTokens: Math.max(16, noteTokens) });
  return first?.text.trim() ?? '';
}

/** Groups as large as one call can read, in order; never one note alone unless it is the last. */
async function groupNotes(notes: string[], readTokens: number, model: Model): Promise<string[][]> {
  const { counts } = await model.countTokens(notes);
  const groups: string[][] = [];
  let tokens = 0;
  for (const [index, text] of notes.entries()) {
    const group = groups.at(-1);
    const size = (counts[index] ?? 0) + 1;
    if (!group || (tokens + size > readTokens && group.length > 1)) {
      groups.push([text]);
      tokens = size;
    } else {
      group.push(text);
      tokens += size;
    }
  }
  return groups;
}

/** Chunks of one text repeat themselves; a sentence that was noted already adds nothing. A note never becomes empty. */
function dropRepeated(notes: string[]): string[] {
  const seen = new Set<string>();
  return notes.map((note) => {
    const fresh = splitSentences(note).filter((sentence) => !seen.has(sentence));
    for (const sentence of fresh) seen.add(sentence);
    return fresh.length === 0 ? note : joinSpaced(fresh);
  });
}
