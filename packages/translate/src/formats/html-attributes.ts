import { decodeHTMLAttribute, escapeAttribute } from 'entities';
import { isTranslatable } from '../mask.ts';
import type { HtmlAttribute, HtmlTag } from './html-tokens.ts';
import type { Slot } from './slots.ts';

export const shownAttributes: readonly string[] = ['alt', 'title', 'placeholder', 'aria-label', 'aria-description'];
const describingNames = /^(?:description|(?:og|twitter):(?:title|description|image:alt))$/i;

/** The words a reader meets in a tag: what stands for a picture, hints, the page's description. */
export function readAttributes({ name, attributes }: HtmlTag, html: string, offset: number, lineOf: (offset: number) => number): Slot[] {
  if (/^no$/i.test(attributes.get('translate')?.value ?? '')) return [];
  const shown: [string, HtmlAttribute | undefined][] = shownAttributes.map((key) => [key, attributes.get(key)]);
  const describes = describingNames.test(attributes.get('name')?.value ?? attributes.get('property')?.value ?? '');
  if (name === 'meta' && describes) shown.push(['content', attributes.get('content')]);
  if (name === 'input' && /^(?:submit|button|reset)$/i.test(attributes.get('type')?.value ?? '')) shown.push(['value', attributes.get('value')]);
  return shown.flatMap(([key, attribute]) => (attribute ? attributeSlot(key, attribute, html, offset, lineOf) : []));
}

function attributeSlot(key: string, attribute: HtmlAttribute, html: string, offset: number, lineOf: (offset: number) => number): Slot[] {
  const written = html.slice(attribute.start, attribute.end);
  const found = /^[^=]*=\s*(["']?)([\s\S]*)\1$/.exec(written);
  if (!found || found[1] === '') return [];
  const raw = found[2]!;
  const source = decodeHTMLAttribute(raw).replace(/\s+/g, ' ').trim();
  if (!/\p{L}/u.test(source)) return [];
  const end = offset + attribute.end - 1;
  const start = end - raw.length;
  const line = lineOf(start);
  // escapeAttribute leaves single quotes as they are.
  const escape = (text: string): string => escapeAttribute(text).replaceAll("'", '&#39;');
  return [
    {
      start,
      end,
      segments: [{ id: `${line}:${key}`, source, place: `line ${line}, ${key}`, translatable: isTranslatable(source) }],
      print: ([target = source], slice) => (target === source ? slice(start, end) : escape(target)),
    },
  ];
}
