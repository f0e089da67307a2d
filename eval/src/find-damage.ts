import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';

/** What must come back as it is, told by other means than the translator's own. */
const pieces = /\{\{[^{}]*\}\}|\$\{[^{}]*\}|\{[\w.$-]*(?:,\s*(?:number|date|time)[^{}]*)?\}|%(?:\d+\$)?(?:\.\d+)?[sdif](?![a-z])|%\(\w+\)[sdif]|<\/?[A-Za-z\d][^<>]*>|https?:\/\/[\w./?=&%#:~-]*[\w/]|[\w.+-]+@[\w-]+\.[\w.-]*\w|`[^`]+`|\]\([^()]*\)/g;
/** Attributes that people read are translated. */
const readable = /\s(?:alt|title|placeholder|label|aria-label)="[^"]*"/g;
const branches = /\{\s*[\w.]+\s*,\s*(?:plural|select|selectordinal)\s*,/;

/** Placeholders, tags, addresses and code that a translation has lost, gained or changed; empty where it is intact. */
export function findDamage(source: string, target: string): string[] {
  const piecesOf = (text: string) => (text.match(pieces) ?? []).map((piece) => piece.replace(readable, ''));
  if (!branches.test(source)) return compare(piecesOf(source), piecesOf(target));
  // Branches differ from language to language; what they speak of, and what a select chooses among, does not.
  const given = parseMessage(source);
  const said = parseMessage(target);
  if (given === undefined) return compare(piecesOf(source), piecesOf(target));
  if (said === undefined) return ['it is no ICU message any more'];
  return [...compare([...new Set(listArguments(given))], [...new Set(listArguments(said))]), ...(branches.test(target) ? [] : ['its branches are gone'])];
}

function parseMessage(text: string): MessageFormatElement[] | undefined {
  try {
    return parse(text, { ignoreTag: true });
  } catch {
    return undefined; // the parser says no more than where
  }
}

/** Arguments by name; of a select also its choices, of a plural the numbers that have a text of their own. */
function listArguments(elements: readonly MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.literal || element.type === TYPE.pound) return [];
    if (element.type !== TYPE.select && element.type !== TYPE.plural) return element.type === TYPE.tag ? listArguments(element.children) : [element.value];
    const options = Object.entries(element.options);
    const keys = options.map(([key]) => key).filter((key) => element.type === TYPE.select || key.startsWith('='));
    return [element.value, ...keys.map((key) => `${element.value} ${key}`), ...options.flatMap(([, { value }]) => listArguments(value))];
  });
}

function compare(given: readonly string[], said: readonly string[]): string[] {
  const count = (list: readonly string[], piece: string) => list.filter((other) => other === piece).length;
  return [...new Set([...given, ...said])].filter((piece) => count(given, piece) !== count(said, piece)).map((piece) => `${piece}: ${count(given, piece)} became ${count(said, piece)}`);
}
