import { expect, it } from 'vitest';
import { readRetryAfter } from './retry-after.ts';

const now = Date.parse('2026-11-24T08:00:00Z');

it.each([
  [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
  [{ 'retry-after': '2' }, 2000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': '-3' }, 0],
  [{ 'retry-after': 'Tue, 24 Nov 2026 08:00:10 GMT' }, 10_000],
  [{ 'retry-after': 'Tue, 24 Nov 2026 07:00:00 GMT' }, 0],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{ 'retry-after': '1e999' }, undefined],
  [{}, undefined],
])('reads %j', (headers, expected) => {
  expect(readRetryAfter(headers, now)).toBe(expected);
});
