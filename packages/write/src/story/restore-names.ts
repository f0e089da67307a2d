/** Characters behind a name that tell its place in a sentence. */
const CONTEXT = 3;

/**
 * Names as the plan has them, where a text follows the plan's words and has one letter of a name wrong: “沉默决定把表…” for “沈默决定把表…”. Small
 * models write the common word for a rare name. Nothing is changed anywhere else, where the common word may be meant.
 */
export function restoreNames(text: string, events: readonly string[], names: readonly string[]): string {
  let restored = text;
  for (const name of names.filter(({ length }) => length > 1)) {
    for (const event of events) {
      for (const context of contextsOf(event, name)) restored = restoreBefore(restored, context, name, names);
    }
  }
  return restored;
}

/** What stands behind a name in a sentence, wherever it stands there. */
function contextsOf(event: string, name: string): string[] {
  return event.split(name).slice(1).map((rest) => rest.slice(0, CONTEXT)).filter((context) => context.length === CONTEXT);
}

function restoreBefore(text: string, context: string, name: string, names: readonly string[]): string {
  let restored = '';
  let from = 0;
  for (let at = text.indexOf(context); at >= 0; at = text.indexOf(context, at + 1)) {
    const start = at - name.length;
    const written = text.slice(Math.max(0, start), at);
    if (start < from || names.includes(written) || !isOneLetterOff(written, name) || isInsideWord(text, start)) continue;
    restored += text.slice(from, start) + name;
    from = at;
  }
  return restored + text.slice(from);
}

function isOneLetterOff(written: string, name: string): boolean {
  return written.length === name.length && [...name].filter((letter, index) => letter !== written[index]).length === 1;
}

/** In an alphabet a name begins where a word does; in Chinese, where a clause does. */
function isInsideWord(text: string, start: number): boolean {
  return start > 0 && /[\p{L}\p{N}]/u.test(text[start - 1]!);
}
