// node examples/write/story.js: a story from an idea, chapter by chapter, in the language of the idea
import { fromPretrained, writeStory } from 'glm-tasks';

const model = await fromPretrained('small');
const ideas = [
  { premise: 'A lighthouse keeper finds a boat with nobody in it, but its lamp is still warm.', length: { words: 200 }, chapters: 2, characters: [{ name: 'Mara' }] },
  { premise: '雨夜，末班公交车上只剩下司机和一只猫。', length: { characters: 150 }, tone: '温暖' },
];

for (const idea of ideas) {
  for await (const event of writeStory.stream(idea, { model })) {
    if (event.type === 'progress') console.error(`${event.stage}: ${event.done} of ${event.total}`);
    if (event.type === 'text-delta') process.stdout.write(event.text);
    if (event.type !== 'result') continue;
    const { count, warnings } = event.result;
    console.log(`\n\n(${count.written} of ${count.asked} ${count.unit})`);
    for (const warning of warnings) console.log(`- ${warning}`);
  }
}
await model.dispose();
