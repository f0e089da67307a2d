import { TYPE, type MessageFormatElement, type PluralElement } from '@formatjs/icu-messageformat-parser';

/** A piece of a sentence of an ICU message. */
export interface Piece {
  /** As the translator sees it. */
  text: string;
  /** As the message writes it inside of a branch. */
  raw: string;
  /** Comes back exactly as it is. */
  isArgument: boolean;
}

interface PieceOptions {
  message: string;
  /** Whether the pieces will stand in a branch of a plural. */
  inPlural: boolean;
  /** Writes the number of a plural as its argument, where "#" would be the number of another. */
  withNames: boolean;
}

export function readPieces(contents: { elements: MessageFormatElement[]; plural?: PluralElement | undefined }[], { message, inPlural, withNames }: PieceOptions): Piece[] {
  const hasLiteral = contents.flatMap(({ elements }) => elements).some((element) => element.type === TYPE.literal && element.value.includes('#'));
  return contents.flatMap(({ elements, plural }) =>
    elements.flatMap((element, index): Piece[] => {
      // A message over several lines shows each stretch of white space as one space.
      const raw = message.slice(element.location!.start.offset, element.location!.end.offset).replace(/\s+/g, ' ');
      if (element.type === TYPE.literal) return readLiteral(raw, plural !== undefined, inPlural);
      const named = plural?.offset === 0 && (withNames || hasLiteral || touchesWord(elements, index));
      const text = element.type === TYPE.pound ? (named ? `{${plural.value}, number}` : '#') : raw;
      return [{ text, raw: text, isArgument: true }];
    }),
  );
}

/** "#st" would not be taken for a number of its own. */
function touchesWord(elements: MessageFormatElement[], index: number): boolean {
  const [before, after] = [elements[index - 1], elements[index + 1]];
  return (before?.type === TYPE.literal && /[\w&]$/.test(before.value)) || (after?.type === TYPE.literal && /^\w/.test(after.value));
}

/** Quoted stretches ('{name}') come back as they are, in their quotes; a doubled apostrophe is one. */
function readLiteral(raw: string, wasInPlural: boolean, inPlural: boolean): Piece[] {
  const quoted = wasInPlural ? /('[{}<>#](?:[^']|'')*'?)/ : /('[{}<>](?:[^']|'')*'?)/;
  return raw.split(quoted).flatMap((part, index): Piece[] => {
    if (part === '') return [];
    if (index % 2 === 1) return [{ text: part, raw: part, isArgument: true }];
    const text = part.replaceAll("''", "'");
    return [{ text, raw: quoteText(text, inPlural), isArgument: false }];
  });
}

/** A translation in the message's syntax: the source's arguments as they are, everything else quoted where ICU would read it as syntax. */
export function writeText(target: string, pieces: Piece[], inPlural: boolean): string {
  const known = [...new Set(pieces.filter(({ isArgument }) => isArgument).map(({ text }) => text))].sort((a, b) => b.length - a.length);
  if (known.length === 0) return quoteText(target, inPlural);
  const splitter = new RegExp(`(${known.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|')})`);
  return target.split(splitter).map((part, index) => (index % 2 === 1 ? part : quoteText(part, inPlural))).join('');
}

/** An apostrophe beside a brace or another, or at the end, where a brace follows, would begin or end a quotation; doubled it is one apostrophe. */
function quoteText(text: string, inPlural: boolean): string {
  const doubled = text.replace(/'+/g, (run, at: number) => {
    const [before, after] = [text[at - 1] ?? '', text[at + run.length] ?? '{'];
    return run.length > 1 || /[{}<>#]/.test(before + after) ? run + run : run;
  });
  return doubled.replace(inPlural ? /[{}#]+/g : /[{}]+/g, (found) => `'${found}'`);
}
