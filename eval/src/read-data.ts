import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanTurn, joinTurns, type Turn } from './transcript.ts';

/** A text and what people wrote about it. */
export interface Document {
  id: string;
  /** Documents of one group are of one event, and share what they are about. */
  group: string;
  language: 'en' | 'zh';
  text: string;
  /** Their summary of the whole; a title, where the text is an abstract. */
  reference: string;
  /** Questions about a part of it, with a summary that answers each. */
  queries: { query: string; reference: string }[];
}

export type SetName = keyof typeof FILES;
export type DataSets = Record<SetName, Document[]>;

const FILES = {
  qmsum: { file: 'qmsum-val.jsonl', what: 'meetings in English with summaries and questions: QMSum, validation, MIT licence, github.com/Yale-LILY/QMSum', read: readMeeting },
  vcsum: { file: 'vcsum-dev.jsonl', what: 'segments of meetings in Chinese with summaries: VCSum, short dev, MIT licence, github.com/hahahawu/VCSum', read: readSegment },
  csl: { file: 'csl-dev.jsonl', what: 'abstracts in Chinese with titles, as "row": "to title<tab>abstract<tab>title": CSL, Apache-2.0, github.com/ydli-ai/CSL', read: readAbstract },
} as const;

/** The sets in a folder; a text that says what is missing, where something is. */
export function readData(folder: string): DataSets | string {
  const missing = Object.values(FILES).filter(({ file }) => !existsSync(join(folder, file)));
  if (missing.length > 0) return describeMissing(folder, missing);
  const read = (name: SetName) => {
    const lines = readFileSync(join(folder, FILES[name].file), 'utf8').split('\n').filter((line) => line.trim() !== '');
    return lines.map((line, index) => FILES[name].read(JSON.parse(line), `${name}-${index + 1}`));
  };
  return { qmsum: read('qmsum'), vcsum: read('vcsum'), csl: read('csl') };
}

export function describeMissing(folder: string | undefined, missing: readonly { file: string; what: string }[] = Object.values(FILES)): string {
  const head = folder === undefined ? 'Give the folder of the data sets: pnpm eval summarize --data DIR. It needs' : `"${folder}" lacks data sets. It needs, one JSON object a line,`;
  return `${head}\n${missing.map(({ file, what }) => `  ${file}  ${what}`).join('\n')}\nThe sets are not part of this project. "--only injection" needs none.`;
}

interface Meeting {
  transcript: Turn[];
  general: { query: string; answer: string }[];
  specific: { query: string; answer: string }[];
}

function readMeeting(row: unknown, id: string): Document {
  const { transcript, general, specific } = row as Meeting;
  const turns = transcript.map(({ speaker, content }) => ({ speaker, content: cleanTurn(content) }));
  const queries = specific.map(({ query, answer }) => ({ query, reference: answer }));
  return { id, group: id, language: 'en', text: joinTurns(turns, 'en'), reference: general[0]?.answer ?? '', queries };
}

interface Segment {
  id: string;
  av_num: number;
  /** Paragraphs, each a list of sentences. */
  context: string[][];
  /** One number a paragraph. */
  speaker: number[];
  discussion: string;
}

function readSegment(row: unknown, id: string): Document {
  const { context, speaker, av_num: meeting, discussion } = row as Segment;
  const turns = context.map((sentences, index) => ({ speaker: `发言人${speaker[index]}`, content: sentences.join('') }));
  return { id, group: String(meeting), language: 'zh', text: joinTurns(turns, 'zh'), reference: discussion, queries: [] };
}

function readAbstract(row: unknown, id: string): Document {
  const [, text = '', reference = ''] = (row as { row: string }).row.split('\t');
  return { id, group: id, language: 'zh', text, reference, queries: [] };
}
