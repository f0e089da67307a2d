import { TaskError, type Model } from '@glm-tasks/core';
import type { Passage, Retriever } from '@glm-tasks/task';
import { readKnowledgeFile, writeKnowledgeFile, type EmbeddedSource } from './knowledge-file.ts';
import { rankPassages } from './rank-passages.ts';
import { readSource, type KnownPassage, type KnownSource, type Source } from './read-source.ts';
import { tokenize } from './tokenize.ts';
import { createWordIndex } from './word-index.ts';

export interface KnowledgeOptions {
  /** One that embeds; passages are then found by what they are about, too. @default none: by words alone */
  model?: Pick<Model, 'name' | 'embed'>;
  /** Characters of Chinese in a passage at most; other characters count a quarter. At least 16. @default 400 */
  passageSize?: number;
  signal?: AbortSignal;
}

export interface Knowledge extends Retriever {
  /** Names, in the order in which they came. */
  readonly sources: readonly string[];
  readonly passages: readonly KnownPassage[];
  /** The text in which the offsets of its passages count. */
  readText(source: string): string | undefined;
  /** @throws TaskError `invalid_input` for what cannot be read or is known already; then nothing is added */
  add(sources: readonly Source[], options?: { signal?: AbortSignal }): Promise<void>;
  /** Replaces sources of these names; new ones are added. */
  update(sources: readonly Source[], options?: { signal?: AbortSignal }): Promise<void>;
  /** @throws TaskError `invalid_input` for a source that is not known; then nothing is removed */
  remove(sources: readonly string[]): Promise<void>;
  /** Writes all of it, vectors included, into one file, for {@link loadKnowledge}. A file of that name is replaced at once or not at all. */
  save(path: string): Promise<void>;
}

/**
 * Passages of documents and FAQs, to be found by a question: by their words (BM25+), and with a model that embeds also by what they are
 * about (exact cosine), fused by their ranks. No model is needed. Searches may run while sources are added.
 *
 * @throws TaskError `invalid_input` for a source that cannot be read, or whose name came before
 *
 * @example
 * const knowledge = await createKnowledge([{ source: 'shipping.md', text: '# Shipping\n\nParcels arrive within three days.' }]);
 * const [hit] = await knowledge.search('When do parcels arrive?');
 * hit.passage.text; // '# Shipping\n\nParcels arrive within three days.'
 */
export async function createKnowledge(sources: readonly Source[], options: KnowledgeOptions = {}): Promise<Knowledge> {
  const knowledge = openKnowledge([], options);
  await knowledge.add(sources, options.signal === undefined ? {} : { signal: options.signal });
  return knowledge;
}

/**
 * The knowledge that a file holds. Its words are indexed anew, as the words that a text is cut into depend on the version of Node. Vectors
 * are taken from the file where the same model made them, made anew where it did not, and left where no model is given.
 *
 * @throws TaskError `invalid_input` for a file that is missing, of another kind or of another version; `integrity_failed` for a damaged one
 *
 * @example
 * const path = join(tmpdir(), 'shop.knowledge');
 * await (await createKnowledge([{ source: 'faq.json', text: '[{ "question": "Are you open today?", "answer": "Until six." }]' }])).save(path);
 * const [hit] = await (await loadKnowledge(path)).search('open today');
 * hit.passage.answer; // 'Until six.'
 */
export async function loadKnowledge(path: string, options: Omit<KnowledgeOptions, 'passageSize'> = {}): Promise<Knowledge> {
  const { passageSize, modelName, sources } = await readKnowledgeFile(path);
  const { model, signal } = options;
  const embedded = model !== undefined && model.name === modelName && sources.every(({ vectors }) => vectors !== undefined);
  return openKnowledge(embedded ? sources : await embedPassages(sources, model, signal), { ...options, passageSize });
}

function openKnowledge(initial: readonly EmbeddedSource[], { model, passageSize = 400 }: KnowledgeOptions): Knowledge {
  let known = new Map<string, EmbeddedSource>();
  let passages: KnownPassage[] = [];
  let vectors: Float32Array[] | undefined = model === undefined ? undefined : [];
  const words = createWordIndex();
  let lastChange: Promise<unknown> = Promise.resolve();
  put(initial);

  /** Changes happen one after the other, in the order in which they were asked for; one that fails leaves everything as it was. */
  function change<T>(prepare: () => Promise<T>, commit: (prepared: T) => void): Promise<void> {
    const changed = lastChange.then(prepare).then(commit);
    lastChange = changed.catch(() => {}); // its own caller hears of it
    return changed;
  }

  function put(sources: readonly EmbeddedSource[]): void {
    drop(sources.map(({ source }) => source).filter((name) => known.has(name)));
    for (const source of sources) {
      known.set(source.source, source);
      for (const passage of source.passages) words.add(tokenize(readable(passage)));
    }
    passages = [...passages, ...sources.flatMap((source) => source.passages)];
    if (vectors !== undefined) vectors = [...vectors, ...sources.flatMap((source) => source.vectors ?? [])];
  }

  function drop(names: readonly string[]): void {
    if (names.length === 0) return;
    const dropped = new Set(names);
    const isDropped = (place: number) => dropped.has((passages[place] as Passage).source);
    words.remove(isDropped);
    vectors = vectors?.filter((_, place) => !isDropped(place));
    passages = passages.filter((_, place) => !isDropped(place));
    known = new Map([...known].filter(([name]) => !dropped.has(name)));
  }

  async function read(sources: readonly Source[], signal: AbortSignal | undefined): Promise<EmbeddedSource[]> {
    const seen = new Set<string>();
    const documents: KnownSource[] = [];
    for (const source of sources) {
      throwIfAborted(signal);
      if (seen.has(source.source)) throw new TaskError('invalid_input', `Two sources have the name "${source.source}"; name them apart.`, { details: { source: source.source } });
      seen.add(source.source);
      documents.push(await readSource(source, passageSize));
    }
    return embedPassages(documents, model, signal);
  }

  return {
    get sources() {
      return [...known.keys()];
    },
    get passages() {
      return passages;
    },
    readText: (source) => known.get(source)?.text,
    async search(queries, { limit = 10, filter, signal } = {}) {
      const forms = [...new Set((typeof queries === 'string' ? [queries] : queries).map((query) => query.trim()))].filter((query) => query !== '');
      if (!Number.isInteger(limit) || limit < 1) throw new TaskError('invalid_input', `"limit" is ${limit}; give a whole number from 1.`, { details: { field: 'limit' } });
      throwIfAborted(signal);
      if (forms.length === 0 || passages.length === 0) return [];
      const embedded = await model?.embed(forms, signal === undefined ? {} : { signal });
      return rankPassages(forms.map((text, index) => ({ text, vector: embedded?.[index] })), { passages, words, vectors }, limit, filter);
    },
    add(sources, { signal } = {}) {
      const prepare = async () => {
        const twice = sources.find(({ source }) => known.has(source));
        if (twice !== undefined) throw new TaskError('invalid_input', `The source "${twice.source}" is known already; replace it with update.`, { details: { source: twice.source } });
        return read(sources, signal);
      };
      return change(prepare, put);
    },
    update: (sources, { signal } = {}) => change(() => read(sources, signal), put),
    remove(sources) {
      const prepare = async () => {
        const unknown = sources.find((source) => !known.has(source));
        if (unknown === undefined) return sources;
        throw new TaskError('invalid_input', `No source is called "${unknown}"; "sources" of the knowledge lists them.`, { details: { source: unknown } });
      };
      return change(prepare, drop);
    },
    save: (path) => change(async () => writeKnowledgeFile(path, { passageSize, modelName: model?.name, sources: [...known.values()] }), () => {}),
  };
}

/** In one call, so that texts of like length share a batch. */
async function embedPassages(sources: readonly KnownSource[], model: KnowledgeOptions['model'], signal: AbortSignal | undefined): Promise<EmbeddedSource[]> {
  if (model === undefined) return sources.map((source) => ({ ...source, vectors: undefined }));
  const texts = sources.flatMap(({ passages }) => passages.map(({ title, text, variants }) => [title ?? '', text, ...(variants ?? [])].join('\n').trim()));
  const vectors = await model.embed(texts, signal === undefined ? {} : { signal });
  let next = 0;
  return sources.map((source) => ({ ...source, vectors: vectors.slice(next, (next += source.passages.length)) }));
}

/** All of a passage that a question may speak of. */
function readable({ title, text, variants, answer }: KnownPassage): string {
  return [title ?? '', text, ...(variants ?? []), answer ?? ''].join('\n');
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TaskError('aborted', 'The caller aborted the work on the knowledge.', { cause: signal.reason });
}
