import { gettextPlurals, pluralCategories } from '../plural-forms.ts';
import type { ParsedDocument, ParseOptions } from '../segments.ts';
import { newlineOf } from './lines.ts';
import { readMessage } from './message.ts';
import { readPo, writePo, type PoEntry } from './po-entries.ts';
import { assemble, type Slot } from './slots.ts';

/**
 * A PO or POT file: entries without a translation, and fuzzy ones, whose text is a guess (they stay marked, for a person to look at).
 * An entry with plural forms gets as many as the file's header or the target language asks.
 */
export function parsePo(text: string, { to }: ParseOptions): ParsedDocument {
  const entries = readPo(text);
  const header = entries.find(({ id, context }) => id === '' && context === undefined);
  const declared = Number(/nplurals\s*=\s*(\d+)/.exec(header?.translations[0] ?? '')?.[1] ?? 0);
  const newline = newlineOf(text);
  const slots = entries.filter((entry) => entry.id !== '' && (entry.isFuzzy || entry.translations.every((each) => each === ''))).map((entry) => entrySlot(entry, declared, newline, to));
  return assemble(text, header ? [headerSlot(header, newline, to), ...slots] : slots);
}

/** A template's header gets what it leaves open: the language and its plural rule. */
function headerSlot({ start, end, translations: [text = ''] }: PoEntry, newline: string, to: string): Slot {
  const plurals = gettextPlurals(to);
  const filled = text.replace(/^(Plural-Forms:).*(?:INTEGER|EXPRESSION).*$/m, (line, name: string) => (plurals ? `${name} ${plurals}` : line)).replace(/^Language: *$/m, `Language: ${to.replace('-', '_')}`);
  return { start, end, segments: [], always: true, print: (_targets, slice) => (filled === text ? slice(start, end) : writePo('msgstr', filled, newline)) };
}

function entrySlot({ context, id, idPlural, translations, line, start, end }: PoEntry, declared: number, newline: string, to: string): Slot {
  const key = context === undefined ? id : `${context}\u0004${id}`;
  if (idPlural === undefined) {
    const { segments, write } = readMessage(id, key, line, to);
    return { start, end, segments: segments.map(shortPlace), print: (targets) => writePo('msgstr', write(targets), newline) };
  }
  const categories = pluralCategories(to);
  const forms = Array.from({ length: declared || categories.length }, (_, index) => {
    const plural = categories[Math.min(index, categories.length - 1)]!;
    return { plural, ...readMessage(plural === 'one' ? id : idPlural, `${key}[${index}]`, line, to) };
  });
  return {
    start,
    end,
    segments: forms.flatMap(({ plural, segments }) => segments.map((segment) => ({ ...shortPlace(segment), plural }))),
    print(targets) {
      let next = 0;
      const texts = forms.map(({ segments, write }, index) => {
        const own = targets.slice(next, (next += segments.length));
        // An empty form falls back to the source, as gettext reads it.
        return own.every((target) => target === undefined) ? (translations[index] ?? '') : write(own);
      });
      return texts.map((text, index) => writePo(`msgstr[${index}]`, text, newline)).join(newline);
    },
  };
}

/** The key of an entry is its whole text: too long for a message. */
function shortPlace<S extends { place: string }>(segment: S): S {
  return { ...segment, place: segment.place.length > 60 ? `${segment.place.slice(0, 60)}…` : segment.place };
}
