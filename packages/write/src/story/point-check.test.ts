import { expect, test } from 'vitest';
import { createPointCheck, isMentioned, isSameEvent, isSameName } from './point-check.ts';

const english = 'Ines counted the coins twice. Rain ran down the window.\n\nIn the cellar she found a tin box with thirty envelopes, one for each year. "Who pays this?" she asked Mr. Doyle.';
const chinese = '沈默打开表盖，看见自己的名字刻在里面。窗外下着雨。\n\n他给林晚打了电话，请她来店里看这块怀表。';

test.each([
  [english, ['Ines Calder', 'Mr Doyle'], 'Ines Calder finds a tin box with envelopes in the cellar', true],
  [english, ['Ines Calder', 'Mr Doyle'], 'Ines Calder meets the landlord on the roof at midnight', false],
  [english, ['Ines Calder', 'Mr Doyle', 'Petra'], 'Petra finds a tin box with envelopes in the cellar', false],
  [chinese, ['沈默', '林晚'], '沈默打电话请林晚来店里', true],
  [chinese, ['沈默', '林晚'], '沈默把怀表扔进了河里', false],
  [chinese, ['沈默', '林晚', '老周'], '老周给林晚打了电话', false],
])('whether an event is told: %#', (text, names, event, told) => {
  const check = createPointCheck(text, names);
  expect(check.isCovered(event)).toBe(told);
  expect(check.placeOf(event) !== undefined).toBe(told);
});

test('names by any part that is no title, at word boundaries', () => {
  expect(isMentioned('Mr. Doyle coughed.', 'Mr Doyle')).toBe(true);
  expect(isMentioned('Mr. Brown coughed.', 'Mr Doyle')).toBe(false);
  expect(isMentioned('Annabel coughed.', 'Anna Wells')).toBe(false);
  expect(isMentioned('the old well was deep', 'the keeper')).toBe(false);
});

test('one event said twice', () => {
  expect(isSameEvent('Mara finds the brass lamp in the boat.', 'In the boat, Mara found a brass lamp')).toBe(true);
  expect(isSameEvent('Mara finds the brass lamp.', 'Mara sells the boat to a baker.')).toBe(false);
});

test('one person under two names', () => {
  expect(isSameName('Mr Doyle', 'Doyle')).toBe(true);
  expect(isSameName('Ines', 'Ines Calder')).toBe(true);
  expect(isSameName('Ines', 'Inessa')).toBe(false);
});
