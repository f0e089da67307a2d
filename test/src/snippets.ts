export interface Snippet {
  language: string;
  code: string;
  /** Line of the opening fence, from 1. */
  line: number;
}

/** The fenced blocks of a Markdown text, in order. */
export function readSnippets(markdown: string): Snippet[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? '',
    code: match[2] ?? '',
    line: markdown.slice(0, match.index).split('\n').length,
  }));
}
