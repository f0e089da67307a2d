import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDocument } from './read-document.ts';

const page = '<!DOCTYPE html><p>It is <b>open</b>.';
const srt = '1\r\n00:00:01,000 --> 00:00:02,000\r\nIt is open.';

test.each([
  ['the name', { text: '<p>It is <b>open</b>.', name: 'a/b.page.HTM' }, 'html', 'It is open.'],
  ['a URL', { text: '<p>x', name: 'https://example.org/x.html?a=1#b' }, 'html', 'x'],
  ['the media type, before the name', { text: '<p>x', name: 'x.txt', mediaType: 'text/HTML; charset=utf-8' }, 'html', 'x'],
  ['the content', { text: `\n<?xml version="1.0"?>\n<!-- a --><!-- b -->${page}` }, 'html', 'It is open.'],
  ['the content, where the name says nothing', { text: srt, name: 'clip.constructor' }, 'subtitles', 'It is open.'],
  ['the content of WebVTT', { text: 'WEBVTT\n\n00:01.000 --> 00:02.000\nHi.', mediaType: 'application/octet-stream' }, 'subtitles', 'Hi.'],
  ['the name, before the content', { text: page, name: 'source.txt' }, 'plain', page],
  ['Markdown', { text: '# Tea\n\n<b>hot</b>\n', name: 'tea.md' }, 'markdown', '# Tea\n\n<b>hot</b>\n'],
  ['nothing', { text: 'a <b> c --> d' }, 'plain', 'a <b> c --> d'],
  ['a name that promises subtitles where there are none', { text: 'Just text.\n', name: 'a.srt' }, 'plain', 'Just text.\n'],
  ['a speech that opens with WEBVTT', { text: 'WEBVTT is a format.' }, 'plain', 'WEBVTT is a format.'],
])('the kind is told by %s', (_how, source, kind, text) => {
  expect(readDocument(source)).toEqual({ kind, text });
});

test.each([
  ['YAML', '---\ntitle: "Tea: hot"\ntags:\n  - a\n- b\n# note\n---\n\n# Tea\n', '# Tea\n'],
  ['TOML', '+++\ntitle = "Tea"\n[extra]\n+++\nText', 'Text'],
  ['CRLF', '---\r\ntitle: x\r\n...\r\nText\r\n', 'Text\r\n'],
])('front matter in %s is dropped', (_kind, text, rest) => {
  expect(readDocument({ text, name: 'a.md' })).toEqual({ kind: 'markdown', text: rest });
});

test.each(['---\nA sentence.\n---\nAnother.', '---\n\n---\nText', '---\ntitle: no end', 'Text\n---\na: b\n---\n', '---\n- a\n- list\n---\n'])(
  'what stands between two rules is text: %j',
  (text) => expect(readDocument({ text, name: 'a.md' }).text).toBe(text),
);

test('plain text comes back as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!/^\s*</.test(text));
      expect(readDocument({ text })).toEqual({ text, kind: 'plain' });
    }),
  );
});

test('a document without readable text is refused with the reason; an empty one is left to the task', () => {
  expect(() => readDocument({ text: '<script>render()</script>', name: 'app.html' })).toThrowError('app.html has no readable text in it (read as html); if a script writes');
  expect(() => readDocument({ text: `${srt.slice(0, -11)}<i></i>` })).toThrowError('no readable text');
  expect(readDocument({ text: ' \n', name: 'a.html' }).text).toBe('');
});

test('many comments before the first element cost their length', () => {
  expect(readDocument({ text: '<!-- x -->'.repeat(100_000) }).kind).toBe('plain');
});
