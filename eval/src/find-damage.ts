/** What must come back as it is, told by other means than the translator's own. */
const pieces = /\{\{[^{}]*\}\}|\$\{[^{}]*\}|\{[\w.$-]*(?:,\s*(?:number|date|time)[^{}]*)?\}|%(?:\d+\$)?(?:\.\d+)?[sdif](?![a-z])|%\(\w+\)[sdif]|<\/?[A-Za-z\d][^<>]*>|https?:\/\/[\w./?=&%#:~-]*[\w/]|[\w.+-]+@[\w-]+\.[\w.-]*\w|`[^`]+`|\]\([^()]*\)/g;
/** Attributes that people read are translated. */
const readable = /\s(?:alt|title|placeholder|label|aria-label)="[^"]*"/g;
const branches = /\{\s*[\w.]+\s*,\s*(?:plural|select|selectordinal)\s*,/;
const names = /\{\s*([\w.]+)\s*[,}]/g;

/** Placeholders, tags, addresses and code that a translation has lost, gained or changed; empty where it is intact. */
export function findDamage(source: string, target: string): string[] {
  const piecesOf = (text: string) => (text.match(pieces) ?? []).map((piece) => piece.replace(readable, ''));
  if (!branches.test(source)) return compare(piecesOf(source), piecesOf(target));
  // Branches differ from language to language; what they speak of does not.
  const argumentsOf = (text: string) => [...new Set([...text.matchAll(names)].map(([, name]) => name as string))];
  const depth = [...target].reduce((sum, character) => sum + (character === '{' ? 1 : character === '}' ? -1 : 0), 0);
  return [...compare(argumentsOf(source), argumentsOf(target)), ...(depth === 0 ? [] : ['its braces do not close']), ...(branches.test(target) ? [] : ['its branches are gone'])];
}

function compare(given: readonly string[], said: readonly string[]): string[] {
  const count = (list: readonly string[], piece: string) => list.filter((other) => other === piece).length;
  return [...new Set([...given, ...said])].filter((piece) => count(given, piece) !== count(said, piece)).map((piece) => `${piece}: ${count(given, piece)} became ${count(said, piece)}`);
}
