import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseHouseStyle, writeDateline, writeQuote } from './house-style.ts';
import { writeDates, writeWhen } from './write-date.ts';

const wire = chooseHouseStyle(undefined, 'en');
const agency = chooseHouseStyle(undefined, 'zh');

describe('house styles', () => {
  it.each([
    ['2026-05-03', 'May 3', '5月3日'],
    ['2025-12-31', 'December 31, 2025', '2025年12月31日'],
    ['2027-09', 'September 2027', '2027年9月'],
    ['2026-06-14T02:00', '2 a.m. on June 14', '6月14日02:00'],
    ['2026-06-14 15:30:00', '3:30 p.m. on June 14', '6月14日15:30'],
    ['3 May 2026', 'May 3', '5月3日'],
    ['5月3日', 'May 3', '5月3日'],
    ['last Friday', 'last Friday', 'last Friday'],
    ['2026-13-45', '2026-13-45', '2026-13-45'],
  ])('write %s', (when, english, chinese) => {
    expect(writeWhen(when, wire, '2026')).toBe(english);
    expect(writeWhen(when, agency, '2026')).toBe(chinese);
  });

  it('write dates inside a text and leave the rest alone', () => {
    expect(writeDates('Opens 2026-05-03, 11 stops, room 5-3', wire, undefined)).toBe('Opens May 3, 2026, 11 stops, room 5-3');
  });

  it('write datelines with whatever is known', () => {
    expect(writeDateline(wire, { place: 'Port Hale', date: 'May 4' })).toBe('PORT HALE, May 4 — ');
    expect(writeDateline(wire, {})).toBe('');
    expect(writeDateline(agency, { place: '临江', date: '5月4日', byline: '李晓' })).toBe('本报临江5月4日讯（记者李晓）　');
    expect(writeDateline(agency, {})).toBe('本报讯　');
  });

  it('write quotations', () => {
    expect(writeQuote(wire, { text: 'It rings true!', speaker: 'Ingrid Sund' })).toBe('“It rings true!” said Ingrid Sund.');
    expect(writeQuote(wire, { text: 'We waited.', speaker: 'Anna Holt' })).toBe('“We waited,” said Anna Holt.');
    expect(writeQuote(agency, { text: '很高兴', speaker: '王敏' })).toBe('王敏说：“很高兴。”');
    expect(writeQuote(agency, { text: '太好了！', speaker: '王敏' })).toBe('王敏说：“太好了！”');
  });

  it('keep every letter of a quotation', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }).filter((text) => /[\p{L}\p{N}]/u.test(text)), (text) => {
        const letters = (value: string) => value.replace(/[^\p{L}\p{N}{}$]/gu, '');
        expect(letters(writeQuote(wire, { text, speaker: 'X' }))).toBe(`${letters(text)}saidX`);
      }),
    );
  });
});
