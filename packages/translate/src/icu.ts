import { parse, TYPE, type MessageFormatElement, type PluralElement, type SelectElement } from '@formatjs/icu-messageformat-parser';
import { TaskError } from '@glm-tasks/core';
import { readPieces, writeText, type Piece } from './icu-pieces.ts';
import { pluralCategories } from './plural-forms.ts';

export interface Branch {
  /** The choices that lead to it: `female.one`. */
  name: string;
  /** A whole sentence: what stands around the plurals and selects is part of every branch. */
  source: string;
  /** The plural category of the target language the sentence is for. */
  plural?: string;
  /** Why it cannot be translated. */
  reason?: string;
}

export interface Branches {
  branches: Branch[];
  write(targets: (string | undefined)[]): string;
}

interface Choice {
  /** `{count, plural, offset:1 ` */
  head: string;
  options: { key: string; content: Choice | Leaf }[];
}

interface Leaf {
  pieces: Piece[];
  inPlural: boolean;
  name: string;
  plural?: string;
}

/** Two plurals of a language with six categories; more than that is not a message a person would write. */
const maxBranches = 64;

/** Whether a text is an ICU message that chooses among texts. Messages with nothing but arguments need no taking apart. */
export function isBranching(text: string): boolean {
  return /\{\s*[^\s{},#]+\s*,\s*(?:plural|select|selectordinal)\s*,/.test(text);
}

/**
 * An ICU message as whole sentences, one for each combination of its choices, with the plural categories of the target language: a sentence put
 * together from pieces cannot be translated into another word order, nor into a language with other plurals.
 *
 * @throws TaskError `invalid_input` naming the line, for a message that cannot be parsed
 */
export function readBranches(message: string, to: string, place: string, line: number): Branches {
  const elements = parseIcu(message, place, line);
  const leaves: Leaf[] = [];
  const choices = [...walk(elements)];
  const state: Reading = { message, to, leaves, choices };
  if (!canHoist(state, elements)) {
    const reason = `the message has more than ${maxBranches} branches, or a plural with an offset among others`;
    return { branches: [{ name: '', source: message, reason }], write: ([target = message]) => target };
  }
  const tree = readContent([{ elements }], state, { path: [], inPlural: false });
  const texts = leaves.map(({ pieces }) => pieces.map(({ text }) => text).join(''));
  const branches = leaves.map(({ name, plural }, index): Branch => ({ name, source: texts[index]!.trim(), ...(plural !== undefined && { plural }) }));
  return {
    branches,
    write(targets) {
      const written = leaves.map((leaf, index) => {
        const target = targets[index];
        const [before, after] = [/^\s*/.exec(texts[index]!)![0], /\s*$/.exec(texts[index]!)![0]];
        return target === undefined ? leaf.pieces.map(({ raw }) => raw).join('') : `${before}${writeText(target, leaf.pieces, leaf.inPlural)}${after}`;
      });
      return writeContent(tree, new Map(leaves.map((leaf, index) => [leaf, written[index]!])));
    },
  };
}

function parseIcu(message: string, place: string, line: number): MessageFormatElement[] {
  try {
    return parse(message, { captureLocation: true, ignoreTag: true });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { location } = error as SyntaxError & { location?: { start: { line: number } } };
    const at = line + (location?.start.line ?? 1) - 1;
    throw new TaskError('invalid_input', `The ICU message at ${place} is not valid: ${error.message.toLowerCase().replaceAll('_', ' ')}.`, { details: { format: 'icu', line: at, place }, cause: error });
  }
}

interface Reading {
  message: string;
  to: string;
  leaves: Leaf[];
  /** All of the message. */
  choices: Choosing[];
}

/** Elements still to be read, and the plural whose `#` they may hold. */
interface Waiting {
  elements: MessageFormatElement[];
  plural?: PluralElement | undefined;
}

interface Position {
  path: string[];
  /** Whether the innermost choice is a plural, in which "#" is its number. */
  inPlural: boolean;
  category?: string | undefined;
}

type Choosing = PluralElement | SelectElement;

function isChoice(element: MessageFormatElement): element is Choosing {
  return element.type === TYPE.plural || element.type === TYPE.select;
}

/** Takes the first choice out to the front, with what stands around it inside of each of its options. */
function readContent(waiting: Waiting[], state: Reading, position: Position): Choice | Leaf {
  for (const [index, { elements, plural }] of waiting.entries()) {
    const at = elements.findIndex(isChoice);
    if (at < 0) continue;
    const choice = elements[at] as Choosing;
    const before: Waiting[] = [...waiting.slice(0, index), { elements: elements.slice(0, at), plural }];
    const after: Waiting[] = [{ elements: elements.slice(at + 1), plural }, ...waiting.slice(index + 1)];
    const isPlural = choice.type === TYPE.plural;
    const options = optionsOf(choice, state.to).map(({ key, from }) => ({
      key,
      content: readContent([...before, { elements: choice.options[from]!.value, plural: isPlural ? choice : undefined }, ...after], state, {
        path: [...position.path, key],
        inPlural: isPlural,
        category: isPlural ? key : position.category,
      }),
    }));
    return { head: headOf(choice), options };
  }
  const pieces = readPieces(waiting, { message: state.message, inPlural: position.inPlural, withNames: state.choices.length > 1 });
  const leaf: Leaf = { pieces, inPlural: position.inPlural, name: position.path.join('.') };
  if (position.category !== undefined) leaf.plural = position.category;
  state.leaves.push(leaf);
  return leaf;
}

/** The target's categories, each from the source's own or "other"; exact numbers and the values of a select as they are. */
function optionsOf(choice: Choosing, to: string): { key: string; from: string }[] {
  const keys = Object.keys(choice.options);
  if (choice.type === TYPE.select) return keys.map((key) => ({ key, from: key }));
  const categories = new Set([...pluralCategories(to, choice.pluralType === 'ordinal' ? 'ordinal' : 'cardinal'), 'other']);
  return [...keys.filter((key) => key.startsWith('=')), ...categories].map((key) => ({ key, from: keys.includes(key) ? key : 'other' }));
}

function headOf(choice: Choosing): string {
  if (choice.type === TYPE.select) return `{${choice.value}, select,`;
  return `{${choice.value}, ${choice.pluralType === 'ordinal' ? 'selectordinal' : 'plural'},${choice.offset ? ` offset:${choice.offset}` : ''}`;
}

function writeContent(content: Choice | Leaf, written: ReadonlyMap<Leaf, string>): string {
  if ('pieces' in content) return written.get(content)!;
  return `${content.head}${content.options.map(({ key, content }) => ` ${key} {${writeContent(content, written)}}`).join('')}}`;
}

function* walk(elements: MessageFormatElement[]): Generator<Choosing> {
  for (const element of elements) {
    if (!isChoice(element)) continue;
    yield element;
    for (const { value } of Object.values(element.options)) yield* walk(value);
  }
}

/** "#" with an offset cannot be written as an argument, which it must be where choices stand inside of others. */
function canHoist({ to, choices }: Reading, elements: MessageFormatElement[]): boolean {
  const hasOffset = choices.some((choice) => choice.type === TYPE.plural && choice.offset !== 0);
  return !(hasOffset && choices.length > 1) && countBranches(elements, to) <= maxBranches;
}

function countBranches(elements: MessageFormatElement[], to: string): number {
  return elements.filter(isChoice).reduce((count, choice) => count * optionsOf(choice, to).reduce((sum, { from }) => sum + countBranches(choice.options[from]!.value, to), 0), 1);
}
