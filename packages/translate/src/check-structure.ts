import { isTaskError } from '@glm-tasks/core';
import { readLines } from './formats/lines.ts';
import { isWrapped, readParagraphs } from './formats/plain.ts';
import { readPo } from './formats/po-entries.ts';
import { readShape } from './formats/shapes.ts';
import { readSrt, readVtt } from './formats/subtitles.ts';
import { findSpans } from './mask-spans.ts';
import { parseDocument } from './parse-document.ts';
import type { Format, Segment } from './segments.ts';

const shown = 5;

/**
 * What a translation has lost or gained of its source's structure: keys, blocks, code, links, tags, timings, placeholders. Empty where all is
 * there. Texts are not compared, nor the order of markup inside of a sentence.
 *
 * @example
 * checkStructure('{ "a": "Hi {name}" }', '{ "a": "你好" }', 'json'); // ['line 1, a: {name} is missing']
 */
export function checkStructure(source: string, target: string, format: Format): string[] {
  try {
    const issues = [...compareShapes(readShape(source, format), readShape(target, format)), ...compareMore(source.replace(/^\uFEFF/, ''), target.replace(/^\uFEFF/, ''), format)];
    return issues.length > shown ? [...issues.slice(0, shown), `and ${issues.length - shown} more differences`] : issues;
  } catch (error) {
    if (error instanceof RangeError) return ['The documents are nested too deep to compare.'];
    if (!isTaskError(error) || error.code !== 'invalid_input') throw error;
    return [error.message];
  }
}

function compareMore(source: string, target: string, format: Format): string[] {
  if (format === 'po') return compareEntries(target);
  const lines = format === 'plain' ? comparePlain(source, target) : format === 'srt' || format === 'vtt' ? compareCues(source, target, format) : [];
  return [...lines, ...compareTexts(source, target, format)];
}

function compareShapes(source: string[], target: string[]): string[] {
  const first = source.findIndex((each, index) => each !== target[index]);
  if (first < 0 && source.length === target.length) return [];
  const missing = without(source, target);
  const added = without(target, source);
  const issues = [...missing.map((each) => `${brief(each)} is missing`), ...added.map((each) => `${brief(each)} is not in the source`)];
  return issues.length > 0 ? issues : [`${brief(target[first] ?? 'the end')} stands where the source has ${brief(source[first] ?? 'the end')}`];
}

function brief(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}

/** Each as often as it is more often here than there. */
function without(here: string[], there: string[]): string[] {
  const left = new Map<string, number>();
  for (const each of there) left.set(each, (left.get(each) ?? 0) + 1);
  return here.filter((each) => {
    const count = left.get(each) ?? 0;
    left.set(each, count - 1);
    return count <= 0;
  });
}

/** A paragraph broken by hand may have other breaks; lists and verses have their lines. */
function comparePlain(source: string, target: string): string[] {
  const [here, there] = [source, target].map((text) => readParagraphs(readLines(text))) as [ReturnType<typeof readParagraphs>, ReturnType<typeof readParagraphs>];
  if (here.length !== there.length) return [`the source has ${here.length} paragraphs, the translation ${there.length}`];
  return here.flatMap((lines, index) => {
    const count = there[index]!.length;
    return isWrapped(lines) || count === lines.length ? [] : [`line ${lines[0]!.number}: the paragraph has ${lines.length} lines, its translation ${count}`];
  });
}

function compareCues(source: string, target: string, format: 'srt' | 'vtt'): string[] {
  const [here, there] = [source, target].map(format === 'srt' ? readSrt : readVtt) as [ReturnType<typeof readSrt>, ReturnType<typeof readSrt>];
  return here.flatMap(({ lines, timing }, index) => {
    const count = there[index]?.lines.length ?? 0;
    if (lines.length > 0 && count === 0) return [`the subtitle at ${timing} is empty`];
    return count > lines.length ? [`the subtitle at ${timing} has ${count} lines, its source ${lines.length}`] : [];
  });
}

/** Placeholders, addresses, code and tags of each text against those of its translation: by key, or one by one. */
function compareTexts(source: string, target: string, format: Format): string[] {
  // One language for both, so that both have the same plural branches.
  const [here, there] = [source, target].map((text) => parseDocument(text, format, { to: 'en' }).segments) as [Segment[], Segment[]];
  if (format === 'json' || format === 'yaml') {
    const byId = new Map(there.map((segment) => [segment.id, segment]));
    return here.flatMap((segment) => {
      const found = byId.get(segment.id);
      return found ? compareSegments(segment, found, format) : [`${segment.place}: the text is missing`];
    });
  }
  return here.length === there.length ? here.flatMap((segment, index) => compareSegments(segment, there[index]!, format)) : [];
}

/** A branch of a plural may say its number in a word, and another language's branches may not. Markup of a document is part of its shape. */
function compareSegments(source: Segment, target: Segment, format: Format): string[] {
  const plain = ({ source, plural }: Segment): string => {
    const text = plural === undefined ? source : source.replace(/#|\{[^{},]+, number\}/g, '');
    return format === 'markdown' || format === 'html' ? text.replace(/<\/?\d+\/?>/g, ' ') : text;
  };
  return compareKept(plain(source), plain(target), source.place);
}

/** In a PO file each translation stands beside its source. */
function compareEntries(target: string): string[] {
  const entries = readPo(target);
  const header = entries.find(({ id, context }) => id === '' && context === undefined);
  const forms = Number(/nplurals\s*=\s*(\d+)/.exec(header?.translations[0] ?? '')?.[1] ?? 0);
  return entries.flatMap(({ id, idPlural, translations, line }) => {
    if (id === '' || translations.every((text) => text === '')) return [];
    const wrongForms = idPlural !== undefined && forms > 0 && translations.length !== forms ? [`line ${line}: the entry has ${translations.length} plural forms, the header asks for ${forms}`] : [];
    const texts = translations.flatMap((text, index) => (text === '' ? [] : compareForms(idPlural !== undefined, id, idPlural ?? id, text, `line ${line}${idPlural === undefined ? '' : `, form ${index}`}`)));
    return [...wrongForms, ...texts];
  });
}

/** A form for one thing may say it in a word, without the number. */
function compareForms(hasForms: boolean, one: string, other: string, text: string, place: string): string[] {
  const issues = compareKept(other, text, place);
  return hasForms && issues.length > 0 && compareKept(one, text, place).length === 0 ? [] : issues;
}

function compareKept(source: string, target: string, place: string): string[] {
  const [wanted, found] = [source, target].map(readKept) as [string[], string[]];
  return [...without(wanted, found).map((each) => `${place}: ${brief(each)} is missing`), ...without(found, wanted).map((each) => `${place}: ${brief(each)} is not in the source`)];
}

/** Versions and names may be written another way by a person; code in backquotes may not. */
function readKept(text: string): string[] {
  const spans = findSpans(text, []).filter(({ start, kind }) => kind !== 'number' && (kind !== 'code' || text[start] === '`'));
  return spans.map(({ start, end }) => text.slice(start, end));
}
