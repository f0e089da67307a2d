import { describe, expect, it } from 'vitest';
import { findUnsupported } from './find-unsupported.ts';

const input = { dateline: { place: 'Port Hale', date: '2026-05-04' }, facts: [{ who: 'The city council', what: 'approved 11 stops for 84 million euros', when: '2027-09', quote: { text: 'We waited nine years.', speaker: 'Anna Holt' } }] };
const nothing = { numbers: [], dates: [], names: [], quotations: [] };

describe('findUnsupported', () => {
  it('finds nothing in a report that says what the input says', () => {
    const text = 'Council approves 11 stops\n\nPORT HALE, May 4 — The city council approved 11 stops for 84 million euros in September 2027. “We waited nine years,” said Anna Holt.';
    expect(findUnsupported(text, input)).toEqual(nothing);
  });

  it('finds numbers, dates, names and quotations that it does not', () => {
    const found = findUnsupported('The council approved 12 stops and two bridges in October, said Bob Stone on Friday. Smith cheered. “A great day,” he said.', input);
    expect(found).toEqual({ numbers: ['12', 'two'], dates: ['october', 'friday'], names: ['Bob', 'Stone', 'Smith'], quotations: ['A great day,'] });
  });

  it.each([
    '# Trams Bring Fresh Hope\n\nThe city council approved 11 stops.',
    '## Background\nThe city council approved 11 stops.\n\n### What Happens Next\nIt waits.',
    '**Headline: Council Backs Bold Transit Plan**\n\nThe city council approved 11 stops.',
    '**Headline:** Council Backs Bold Transit Plan\n\nThe city council approved 11 stops.',
    'Title: council approves 11 stops\n\nThe city council approved 11 stops.',
    'Massive Transit Plan Finally Gets Green Light From Council\n\nThe city council approved 11 stops.',
    'MASSIVE TRANSIT PLAN GETS GREEN LIGHT\nThe city council approved 11 stops.',
  ])('a capital in a heading that capitalises every word makes no name: %j', (text) => {
    expect(findUnsupported(text, input).names).toEqual([]);
  });

  it.each([
    ['# Council thanks Bob Stone\n\nIt approved 11 stops.', ['Bob', 'Stone']],
    ['# Trams Bring Hope\n\nThe council of Smithfield approved 11 stops.', ['Smithfield']],
    ['By Jane Doe\n\nThe council approved 11 stops.', ['Jane', 'Doe']],
    ['**By Jane Doe, Staff Writer**\nThe council approved 11 stops.', ['Jane', 'Doe', 'Staff', 'Writer']],
    ['The council approved 11 stops, Bob Stone Said On Friday.', ['Bob', 'Stone', 'Said']],
    ['Anna Holt met Bob Stone Near Westgate Street.', ['Bob', 'Stone', 'Near', 'Westgate', 'Street']],
  ])('names in other headings and lines count: %j', (text, names) => {
    expect(findUnsupported(text, input).names).toEqual(names);
  });

  it('does so in Chinese', () => {
    const chinese = { facts: [{ who: '市图书馆', what: '启用新馆，面积1.2万平方米', quote: { text: '孩子们有了阅览室', speaker: '馆长王敏' } }] };
    expect(findUnsupported('市图书馆启用新馆，面积1.2万平方米。馆长王敏说：“孩子们有了阅览室。”', chinese)).toEqual(nothing);
    const found = findUnsupported('昨日，临江市图书馆启用新馆，设座位三百个、书架40排。市长刘洋说：“太好了。”', chinese);
    expect(found).toEqual({ numbers: ['40', '三百'], dates: ['昨日'], names: ['刘洋', '临江市'], quotations: ['太好了。'] });
  });
});
