export interface Snippet {
  language: string;
  code: string;
  /** Line of the opening fence, from 1. */
  line: number;
}

/** The fenced blocks of a Markdown text, in order; an error where a fence has no language or no end, so that none escapes its test. */
export function readSnippets(markdown: string): Snippet[] {
  const snippets = [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? '',
    code: match[2] ?? '',
    line: markdown.slice(0, match.index).split('\n').length,
  }));
  const fences = markdown.match(/^\s*(?:```|~~~)/gm)?.length ?? 0;
  if (fences !== snippets.length * 2) throw new Error(`${fences} fences, of which ${snippets.length * 2} enclose a block with a language`);
  return snippets;
}
