import { findFacts, findTerms } from '@glm-tasks/task';
import { isConnective, isKnown, splitClauses } from './clauses.ts';

/**
 * Small models begin and end sentences on a thought of their own: ", providing a better experience for residents", ，为市民提供了便利. Such
 * clauses go, and the sentence begins and ends without them. One clause stays, and so does any with a number or a date, for the check to judge.
 */
export function trimInvention(sentence: string, statements: readonly string[]): string {
  const known = findTerms(statements.join('\n'));
  const isFree = (clause: string) => !isConnective(clause) && !isKnown(clause, known) && findFacts(clause).every(({ kind }) => kind === 'name');
  const trimmed = sentence.trim();
  const end = /[.!?。！？]["”’」』]?$/u.exec(trimmed)?.[0] ?? '';
  const clauses = splitClauses(trimmed.slice(0, trimmed.length - end.length));
  while (clauses.length > 1 && isFree(clauses.at(-1) as string)) clauses.pop();
  const last = clauses.length;
  while (clauses.length > 1 && isFree(clauses[0] as string)) clauses.shift();
  const said = `${clauses.join('').replace(/[，；,;]\s*$/u, '')}${end}`;
  return clauses.length < last ? said.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()) : said;
}
