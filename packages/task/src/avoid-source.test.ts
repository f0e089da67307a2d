import { expect, test } from 'vitest';
import { avoidSource } from './avoid-source.ts';

test('of Chinese every character, and the commonest of all', () => {
  const avoided = avoidSource('维达尔从塞维利亚队加盟', 'en', []);
  for (const character of '维达尔塞利亚的') expect(avoided).toContain(character);
  expect(avoidSource('维达尔', 'en', ['维达尔'])).not.toContain('维');
  expect(avoidSource('一'.repeat(3_000) + '维', 'en', []).length).toBeLessThanOrEqual(256);
});

test('of an alphabet the words in small letters, where the answer has another script', () => {
  expect(avoidSource('The JAS 39C crashed onto a runway in Kent', 'zh', [])).toEqual(['crashed', 'onto', 'runway']);
  expect(avoidSource('Open the kernel log', 'zh', ['kernel'])).toEqual(['the', 'log']);
  expect(avoidSource('Das Schiff legt ab', 'en', [])).toEqual([]);
});
