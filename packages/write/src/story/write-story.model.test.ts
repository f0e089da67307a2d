import { fromPretrained, type Model } from '@glm-tasks/core';
import { isInLanguage } from '@glm-tasks/task';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeStory } from './write-story.ts';

const folder = process.env['GLM_TASKS_TEST_MODEL'] ?? '';
// In CI a missing model is a failure, elsewhere the reason was printed by the set-up.
const suite = folder === '' && process.env['CI'] === undefined ? describe.skip : describe;

suite('writeStory on real weights', () => {
  let model: Model;
  beforeAll(async () => {
    model = await fromPretrained(folder, { slots: 4, contextLength: 4096 });
  });
  afterAll(() => model.dispose());

  // With an outline, because a plan is what takes longest and what the other tests of objects cover.
  test('in its language, of the length it claims, and the same again with the same seed', async () => {
    const outline = { title: '末班车', characters: [{ name: '老周', role: '司机' }], chapters: [{ title: '雨夜', goal: '老周送一只猫回家', mustHappen: ['老周在最后一排发现一只猫'], cast: ['老周'], place: '公交车' }] };
    const request = { premise: '雨夜，末班公交车上只剩下司机和一只猫。', outline, length: { characters: 60 }, drafts: 1, seed: 3 };
    const story = await writeStory(request, { model });
    expect(isInLanguage(story.text, 'zh')).toBe(true);
    expect(story.chapters.every(({ text }) => /[。！？…”」]$/u.test(text))).toBe(true);
    expect(story.lengthMet).toBe(story.count.written >= 51 && story.count.written <= 69);
    expect((await writeStory(request, { model })).text).toBe(story.text);
  });
});
