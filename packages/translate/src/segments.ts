export type Format = 'plain' | 'markdown' | 'html' | 'json' | 'yaml' | 'po' | 'srt' | 'vtt';

/**
 * A piece of text that is translated as one, in one line. Markup inside it stands as numbered tags, as in translators' tools:
 * `Click <1>here</1>, then <2/>.`
 */
export interface Segment {
  id: string;
  source: string;
  /** Where it stands, for messages: a key, a line. */
  place: string;
  /** Characters a line may have, for subtitles. */
  lineLength?: number;
  /** Lines the text is set in, for subtitles. */
  lines?: number;
  /** The plural category of an ICU branch or PO form this text is for. */
  plural?: string;
  /** False where there is nothing to translate: placeholders, code, addresses, numbers. */
  translatable: boolean;
  /** Why it is not translated although it has words. */
  reason?: string;
}

export interface ParsedDocument {
  segments: Segment[];
  /**
   * The document with these texts in place of the sources, by id. A segment without a text, or with a blank one, keeps its source. Without any
   * text, the input byte for byte.
   *
   * @throws TaskError `output_invalid` naming the place, where the text's numbered tags are not those of its source; `unmaskText` tells before
   */
  render(targets: ReadonlyMap<string, string>): string;
}

export interface ParseOptions {
  /** The target language, for its plural categories and its subtitles' lines. */
  to: string;
  /** Whether alternative texts, titles and placeholders of pictures, links and fields are segments. @default true */
  attributes?: boolean;
}
