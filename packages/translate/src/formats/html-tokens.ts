import { Parser } from 'htmlparser2';

export interface HtmlAttribute {
  value: string;
  /** Of the attribute with its name and quotes, in the HTML. */
  start: number;
  end: number;
}

export interface HtmlTag {
  kind: 'open' | 'close';
  name: string;
  start: number;
  end: number;
  attributes: Map<string, HtmlAttribute>;
  /** Of a closing tag that is not written, as that of a paragraph before the next. */
  isImplied?: boolean;
}

export type HtmlToken = HtmlTag | { kind: 'text'; start: number; end: number; raw: string } | { kind: 'other'; start: number; end: number };

const names = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Everything else is part of a line of text. */
export const blockNames = names(
  'address article aside base blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li link main menu meta nav noframes noscript ol optgroup option p pre script search section select style summary table tbody td template textarea tfoot th thead title tr ul video audio iframe object canvas',
);
/** Never words for a reader, or words whose every character counts. */
export const opaqueNames = names('script style pre textarea template iframe object canvas math');
/** Part of a sentence, and not to be translated. */
export const wordNames = names('code kbd samp var tt svg');
export const voidNames = names('area base br col embed hr img input link meta param source track wbr');

/** The tokens of an HTML text in order, by their offsets. */
export function readHtml(html: string): HtmlToken[] {
  const tokens: HtmlToken[] = [];
  let attributes = new Map<string, HtmlAttribute>();
  const other = (): void => {
    tokens.push({ kind: 'other', start: parser.startIndex, end: parser.endIndex + 1 });
  };
  const parser = new Parser(
    {
      onopentagname() {
        attributes = new Map();
      },
      onattribute(name, value) {
        attributes.set(name, { value, start: parser.startIndex, end: parser.endIndex });
      },
      onopentag(name) {
        tokens.push({ kind: 'open', name, start: parser.startIndex, end: parser.endIndex + 1, attributes });
      },
      onclosetag(name, isImplied) {
        const end = isImplied ? parser.startIndex : parser.endIndex + 1;
        tokens.push({ kind: 'close', name, start: parser.startIndex, end, attributes: new Map(), isImplied });
      },
      ontext() {
        const [start, end] = [parser.startIndex, parser.endIndex + 1];
        const last = tokens.at(-1);
        if (last?.kind === 'text' && last.end === start) Object.assign(last, { end, raw: html.slice(last.start, end) });
        else tokens.push({ kind: 'text', start, end, raw: html.slice(start, end) });
      },
      oncomment: other,
      onprocessinginstruction: other,
    },
    { decodeEntities: false, lowerCaseAttributeNames: true },
  );
  parser.end(html);
  return tokens;
}
