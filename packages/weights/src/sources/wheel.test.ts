import { expect, test } from 'vitest';
import type { WheelPart } from '../catalog.ts';
import { wheelSource, type WheelShelf } from './wheel.ts';

const shelf: WheelShelf = { fetch: async () => '', giveBack: async () => {}, close: async () => {} };
const part = (number: number, version = '0.2.0'): WheelPart => ({ package: `some-model-part${number}`, version, entry: 'x', bytes: 1 });
const announced = (parts: WheelPart[]) => wheelSource(parts, shelf).announcement;

test('a series of wheels is announced by count, ends and version', () => {
  expect(announced(Array.from({ length: 22 }, (_, index) => part(index + 1)))).toMatch(/: 22 packages some-model-part1 … some-model-part22 0\.2\.0$/);
});

test('a few wheels, or wheels of several versions, are announced one by one', () => {
  expect(announced([part(1)])).toMatch(/: some-model-part1==0\.2\.0$/);
  expect(announced([part(1), part(2), part(3), part(4, '0.3.0')])).toMatch(/: some-model-part1==0\.2\.0, .*, some-model-part4==0\.3\.0$/);
});
