import { describe, expect, it } from 'vitest';
import { createPrefixStore } from './prefix-store.ts';

const tokens = (count: number, first = 0): number[] => Array.from({ length: count }, (_, index) => first + index);
const block = (count: number) => (): { tokens: number; data: Float32Array } => ({ tokens: count, data: new Float32Array(count) });

describe('createPrefixStore', () => {
  it('finds the longest common beginning, and nothing that is too short to matter', () => {
    const store = createPrefixStore(1000);
    store.keep(tokens(40), block(40));
    store.keep([...tokens(30), 99, 98, 97], block(33));
    expect(store.find([...tokens(35), 7])?.length).toBe(35);
    expect(store.find([...tokens(30), 99, 1])?.length).toBe(31);
    expect(store.find(tokens(10))).toBeUndefined();
    expect(store.find(tokens(40, 500))).toBeUndefined();
  });

  it('drops the least recently used first and never exceeds its budget', () => {
    const store = createPrefixStore(100);
    store.keep(tokens(40, 0), block(40));
    store.keep(tokens(40, 1000), block(40));
    store.find(tokens(40, 0));
    store.keep(tokens(40, 2000), block(40));
    expect(store.find(tokens(40, 0))).toBeDefined();
    expect(store.find(tokens(40, 1000))).toBeUndefined();
    expect(store.find(tokens(40, 2000))).toBeDefined();
  });

  it('keeps one of two sequences of which one begins the other', () => {
    const store = createPrefixStore(100);
    store.keep(tokens(40), block(40));
    store.keep(tokens(60), block(60));
    expect(store.find(tokens(60))?.block.tokens).toBe(60);
    let extracted = false;
    store.keep(tokens(50), () => ((extracted = true), { tokens: 50, data: new Float32Array(50) }));
    expect(extracted).toBe(false);
  });

  it('keeps nothing longer than its budget', () => {
    const store = createPrefixStore(20);
    store.keep(tokens(21), () => expect.unreachable());
    expect(store.find(tokens(21))).toBeUndefined();
  });
});
