import { expect, test } from 'vitest';
import { cleanTurn, joinTurns } from './transcript.ts';

test.each([
  ["So welcome . What {disfmarker} do we have , then ? It 's a T_V_ , we 're {vocalsound} fine .", "So welcome. What do we have, then? It's a TV, we're fine."],
  ['{vocalsound}', ''],
  ['{gap} , yes . {pause}', 'yes.'],
  ["[Laughter.] We've said so [Interruption.] and it costs 12.50.", "We've said so and it costs 12.50."],
  ['Mm - hmm , a cross - language test @ @ .', 'Mm-hmm, a cross-language test.'],
  ['C_D_s and D_V_D_s', 'CDs and DVDs'],
])('%j is written %j', (spoken, written) => {
  expect(cleanTurn(spoken)).toBe(written);
});

test('turns of one speaker in a row are one line, empty ones none', () => {
  const turns = [{ speaker: 'A', content: 'One.' }, { speaker: 'B', content: '' }, { speaker: 'A', content: 'Two.' }, { speaker: 'B', content: 'Three.' }];
  expect(joinTurns(turns, 'en')).toBe('A: One. Two.\nB: Three.');
  expect(joinTurns([{ speaker: '发言人1', content: '一。' }, { speaker: '发言人1', content: '二。' }], 'zh')).toBe('发言人1：一。二。');
});
