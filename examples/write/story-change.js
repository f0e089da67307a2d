// node examples/write/story-change.js: a story that follows your outline, goes on, and has one chapter written anew
import { continueStory, fromPretrained, rewriteChapter, writeStory } from 'glm-tasks';

const model = await fromPretrained('small');
const outline = {
  title: 'The Oven',
  characters: [{ name: 'Ada', role: 'a baker' }, { name: 'Bruno', role: 'her rival' }],
  chapters: [{ title: 'Night', goal: 'Two rivals must bake one cake', mustHappen: ['Ada finds Bruno asleep beside the oven', 'Bruno drops the flour'], cast: ['Ada', 'Bruno'], place: 'the bakery' }],
};

// What comes out goes in again: a story is plain JSON and may be kept in a file.
const story = await writeStory({ premise: 'Two bakers share one oven and do not speak.', outline, length: { words: 120 }, seed: 4 }, { model });
const longer = await continueStory({ story, chapters: 1, direction: 'They bake the cake together.' }, { model });
const better = await rewriteChapter({ story: longer, chapter: 2, wish: 'More dialogue.' }, { model });

console.log(better.text);
for (const { number, points } of better.chapters) for (const { text, covered } of points) console.log(`chapter ${number}: ${covered ? 'tells' : 'does not tell'} "${text}"`);
console.log('People:', better.bible.characters.map(({ name, place }) => (place === '' ? name : `${name} in ${place}`)).join(', '));
await model.dispose();
