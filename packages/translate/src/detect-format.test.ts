import { expect, test } from 'vitest';
import { detectFormat } from './detect-format.ts';

test.each([
  ['README.md', 'x', 'markdown'],
  ['a.b.YAML', 'x', 'yaml'],
  ['de.pot', 'x', 'po'],
  ['notes', 'WEBVTT\n\n', 'vtt'],
  [undefined, '1\r\n00:00:01,000 --> 00:00:02,000\r\nHi', 'srt'],
  [undefined, 'msgid ""\nmsgstr ""\n', 'po'],
  [undefined, '<!DOCTYPE html><p>x', 'html'],
  [undefined, '{ "a": "b" }', 'json'],
  [undefined, '{name} is here', 'plain'],
  [undefined, '[1] A note', 'plain'],
  [undefined, '# Title\n\nText', 'markdown'],
  [undefined, 'See [this](http://a.b).', 'markdown'],
  [undefined, 'A < B, and B > C. Costs 5 * 3.', 'plain'],
  ['file.unknown', '', 'plain'],
] as const)('detectFormat of %j, %j is %s', (name, text, format) => {
  expect(detectFormat(name, text)).toBe(format);
});
