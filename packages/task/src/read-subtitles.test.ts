import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSubtitles } from './read-subtitles.ts';

const time = (milliseconds: number, mark: string) => `${new Date(milliseconds).toISOString().slice(11, 19)}${mark}${String(milliseconds % 1_000).padStart(3, '0')}`;
const words = fc.constantFrom('bridge', 'opens', '40', '- No.', 'MARY: yes', '大桥', '开通了。', 'a < b', '<i>so</i>', '{\\an8}up', 'two words', '7');
const cue = fc.record({ lines: fc.array(words, { minLength: 1, maxLength: 3 }), gap: fc.integer({ min: 200, max: 5_000 }) });

test.each(['srt', 'vtt'] as const)('%s: all that is said survives in order, and nothing else', (kind) => {
  fc.assert(
    fc.property(fc.array(cue, { minLength: 1, maxLength: 20 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), (cues, newline, numbered) => {
      let clock = 0;
      const blocks = cues.map(({ lines, gap }, index) => {
        const mark = kind === 'srt' ? ',' : '.';
        const times = `${time(clock + gap, mark)} --> ${time(clock + gap + 1_000, mark)}`;
        clock += gap + 1_000;
        return [...(numbered ? [String(index + 1)] : []), times, ...lines].join('\n');
      });
      const source = (kind === 'vtt' ? 'WEBVTT - a film\nKind: captions\n\nNOTE\nnot said\n\n' : '') + blocks.join('\n\n');
      const said = cues.flatMap(({ lines }) => lines).join('').replace(/<\/?i>|\{\\an8\}/g, '');
      expect(readSubtitles(source.replaceAll('\n', newline))?.replace(/\s/g, '')).toBe(said.replace(/\s/g, ''));
    }),
    { numRuns: 300 },
  );
});

test('rolling captions stand once, however the lines roll', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('one', 'two', 'three', 'four'), { minLength: 1, maxLength: 12 }), fc.integer({ min: 2, max: 3 }), (kinds, height) => {
      const lines = kinds.map((kind, index) => `${kind}${index}`);
      const source = lines.map((_, index) => `${time(index * 1_000, '.')} --> ${time(index * 1_000 + 1_000, '.')}\n${lines.slice(Math.max(0, index + 1 - height), index + 1).join('\n')}`);
      expect(readSubtitles(`WEBVTT\n\n${source.join('\n\n')}`)).toBe(lines.join(' '));
    }),
  );
});

test('rolling captions of a video site: single lines between, times of words, spaces for blank lines', () => {
  expect(readSubtitles(`WEBVTT
Kind: captions
Language: en

00:00:00.000 --> 00:00:02.000 align:start position:0%
 
the<00:00:00.500><c> bridge</c><00:00:01.000><c> was</c>

00:00:02.000 --> 00:00:02.010 align:start position:0%
the bridge was
 

00:00:02.010 --> 00:00:04.000 align:start position:0%
the bridge was
opened<00:00:03.000><c> today</c>

00:00:04.000 --> 00:00:04.010
opened today
 `)).toBe('the bridge was opened today');
});

test('what is said twice with a pause between is kept', () => {
  expect(readSubtitles('1\n00:00:01,000 --> 00:00:02,000\nNo.\n\n2\n00:00:02,500 --> 00:00:03,000\nNo.')).toBe('No.\nNo.');
});

test('speakers keep their names, at the start of each of their lines', () => {
  expect(readSubtitles(`WEBVTT

STYLE
::cue { color: red }

a1b2/12-0
00:01.000 --> 00:02.000
<v Mary Smith>Shall we build</v>

a1b2/12-1
00:02.000 --> 00:03.000
<v Mary Smith>the bridge? I say &lt;yes&gt;.</v>

00:03.200 --> 00:04.000
<v.loud 王芳>今天就<v Mary Smith>Good.

00:04.200 --> 00:05.000
- Who pays?
- You do.

2
00:05.200 --> 00:06.000
JOHN: 40

41
00:06.200 --> 00:07.000
million.`)).toBe(
    'Mary Smith: Shall we build the bridge?'.concat(' I say <yes>.', '\n王芳: 今天就', '\nMary Smith: Good.', '\n- Who pays?', '\n- You do.', '\nJOHN: 40 million.'),
  );
});

test('a text that is a number is no number of a cue', () => {
  const source = '1\n00:00:01,000 --> 00:00:02,000\nHow many?\n40\n\n2\n00:00:05,000 --> 00:00:06,000\n41\n3\n00:00:09,000 --> 00:00:10,000\n42';
  expect(readSubtitles(source)).toBe('How many?\n40\n41\n42');
});

test('long captions without a full stop come in lines of readable length', () => {
  const cues = Array.from({ length: 100 }, (_, index) => `${index + 1}\n${time(index * 1_000, ',')} --> ${time(index * 1_000 + 1_000, ',')}\nand so it goes on with the work ${index}`);
  for (const line of readSubtitles(cues.join('\n\n'))?.split('\n') ?? []) expect(line.length).toBeLessThan(340);
});

test('no cue, no subtitles', () => {
  expect(readSubtitles('WEBVTT\n\nnothing')).toBeUndefined();
  expect(readSubtitles('')).toBeUndefined();
  expect(readSubtitles('go from 1 --> 2')).toBeUndefined();
});
