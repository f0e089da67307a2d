import { rewrite, writeNews, writeStory } from '@glm-tasks/write';
import type { ListedTask } from '../tasks.ts';

export const listedStory: ListedTask = Object.assign(writeStory, {
  command: 'write story',
  argument: 'premise',
  examples: [
    'glm-tasks write story "A lighthouse keeper finds an empty boat." --length words=600',
    'glm-tasks write story "修表匠收到一块刻着自己名字的怀表。" --chapters 3 --remember story.remembered --out story.md',
  ],
});

export const listedNews: ListedTask = Object.assign(writeNews, {
  command: 'write news',
  examples: [
    'glm-tasks write news notes.txt --dateline "Port Hale"',
    'glm-tasks write news --facts @facts.json --style agency-zh --language zh',
  ],
});

export const listedRewrite: ListedTask = Object.assign(rewrite, {
  examples: ['glm-tasks rewrite letter.txt --formal', 'glm-tasks rewrite notes.md --simpler --length shorter'],
});
