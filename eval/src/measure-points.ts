import { createSupportFinder } from '@glm-tasks/task';
import type { Summary } from '@glm-tasks/summarize';
import { percent, printList, printTable } from './print-table.ts';
import type { Document, SetName } from './read-data.ts';
import { summarizeAll, type Evaluation } from './summarize-all.ts';

const SETS: readonly SetName[] = ['qmsum', 'vcsum', 'csl'];

interface Counts {
  documents: number;
  points: number;
  supported: number;
  /** Numbers and dates of points that the text lacks and nothing says so. */
  hidden: number;
  /** Points held against other documents, and how many of them were found unsupported there. */
  controls: number;
  flagged: number;
  lengthMet: number;
}

/** Whether key points come from their text, and whether the same check turns away points of another text. */
export async function measurePoints(evaluation: Evaluation): Promise<void> {
  const rows: (string | number)[][] = [];
  const total: Counts = { documents: 0, points: 0, supported: 0, hidden: 0, controls: 0, flagged: 0, lengthMet: 0 };
  const unsupported: string[] = [];
  const strange: string[] = [];
  const failures: string[] = [];
  for (const set of SETS) {
    const documents = evaluation.data[set].slice(0, evaluation.limit);
    const outcomes = await summarizeAll(documents.map(({ id, text }) => ({ id: `${id}-points`, text, ask: { format: 'key-points' as const } })), evaluation);
    const finders = new Map(documents.map((document) => [document, createSupportFinder(document.text)]));
    const counts: Counts = { ...total, documents: documents.length, points: 0, supported: 0, hidden: 0, controls: 0, flagged: 0, lengthMet: 0 };
    for (const [index, { summary, failure }] of outcomes.entries()) {
      const document = documents[index] as Document;
      if (failure) {
        failures.push(`${document.id}: ${failure.message}`);
        continue;
      }
      if (summary.lengthMet) counts.lengthMet++;
      for (const point of summary.points ?? []) {
        counts.points++;
        if (point.supported) counts.supported++;
        else unsupported.push(`${document.id}: ${point.text}`);
        counts.hidden += finders.get(document)!(point.text).missing.filter(({ kind, text }) => kind !== 'name' && point.supported && !summary.unverified.includes(text)).length;
        strange.push(...findStrangeDigits(point.text, document.text, summary).map((digits) => `${document.id}: ${digits} in "${point.text}"`));
        for (const [other, find] of finders) {
          if (other.group === document.group) continue;
          counts.controls++;
          if (!find(point.text).supported) counts.flagged++;
        }
      }
    }
    rows.push(describe(set, counts));
    for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += counts[key];
  }
  printTable('Key points', ['set', 'documents', 'points', 'supported', 'numbers lacking and not flagged', 'control: flagged against the other documents', 'length met'], [...rows, describe('all', total)]);
  printList('Unsupported points', unsupported);
  printList('Digits that do not stand in the text as they are, and are not flagged (a plain second look: 12 for twelve is no fault)', strange);
  printList('Failed', failures);
}

function describe(set: string, { documents, points, supported, hidden, controls, flagged, lengthMet }: Counts): (string | number)[] {
  return [set, documents, points, percent(supported, points), hidden, percent(flagged, controls), percent(lengthMet, documents)];
}

/** A second opinion that shares no code with the first. */
function findStrangeDigits(point: string, text: string, { unverified }: Summary): string[] {
  const digitsOf = (written: string): string[] => written.replace(/(?<=\d)[,，](?=\d{3})/gu, '').match(/\d+(?:\.\d+)?/gu) ?? [];
  const known = new Set([...digitsOf(text), ...unverified.flatMap(digitsOf)]);
  return digitsOf(point).filter((digits) => !known.has(digits));
}
