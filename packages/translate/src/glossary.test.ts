import { expect, test } from 'vitest';
import { findMissedTerms, findWritings, openGlossary, putTerms } from './glossary.ts';
import type { Term } from './schema.ts';

const term = (source: string, target: string, caseSensitive = false): Term => ({ source, target, caseSensitive });
const found = (text: string, ...terms: Term[]) => openGlossary(terms).findIn(text).map(({ source }) => source);

test('only terms that occur, longest first; one inside a longer one is not meant', () => {
  const terms = [term('charging', '充电'), term('charging station', '充电站'), term('battery', '电池')];
  expect(found('The charging station is closed.', ...terms)).toEqual(['charging station']);
  expect(found('Charging at a charging station.', ...terms)).toEqual(['charging station', 'charging']);
  expect(found('Nothing of it.', ...terms)).toEqual([]);
});

test('whole words, in their plural too; ideographs stand anywhere', () => {
  expect(found('Start the restart.', term('art', '艺术'))).toEqual([]);
  expect(found('Two ferries and three boxes', term('ferry', '渡轮'), term('box', '盒子'))).toEqual(['ferry', 'box']);
  expect(found('打开设置面板。', term('设置面板', 'settings panel'))).toEqual(['设置面板']);
  expect(found('打开API文档', term('API', 'API'))).toEqual(['API']);
  expect(found('C++ and .NET', term('C++', 'C++'), term('.NET', '.NET'))).toEqual(['.NET', 'C++']);
});

test('case counts only where it is asked for', () => {
  expect(found('an apple of Apple', term('Apple', '苹果公司', true))).toEqual(['Apple']);
  expect(found('an apple', term('Apple', '苹果公司', true))).toEqual([]);
  expect(findWritings('API, api and Api', term('api', 'API'))).toEqual(['API', 'api', 'Api']);
});

test('a translation is looked for with its endings, and whatever the case', () => {
  expect(findMissedTerms('Two Charging Stations are closed.', [term('充电站', 'charging station')])).toEqual([]);
  expect(findMissedTerms('The batteries are flat.', [term('电池', 'battery')])).toEqual([]);
  expect(findMissedTerms('The battery is flat.', [term('电池', 'accumulator')])).toHaveLength(1);
  expect(findMissedTerms('the ios app', [term('系统', 'iOS', true)])).toHaveLength(1);
  expect(findMissedTerms('Anything', [{ source: 'x', keep: true, caseSensitive: false }])).toEqual([]);
});

test('a text with its terms translated already', () => {
  expect(putTerms('Open the settings panel and the Settings Panel.', [term('settings panel', '设置面板')])).toBe('Open the 设置面板 and the 设置面板.');
  expect(putTerms('It costs $1', [term('costs', '$&')])).toBe('It $& $1');
});
