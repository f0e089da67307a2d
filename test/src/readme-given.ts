import { createKnowledge, fromPretrained, writeStory, type Knowledge, type Model, type Story } from 'glm-tasks';

/** What the READMEs take for granted. Loaded before a program of theirs: node --import readme-given.js program.js */
declare global {
  var text: string;
  var premise: string;
  var model: Model;
  var knowledge: Knowledge;
  var cases: { question: string; answers: string[] }[];
  var story: Story;
}

globalThis.text = 'The ferry leaves at 8:30. The crossing takes forty minutes. Dogs are welcome on deck.';
globalThis.premise = 'A lighthouse keeper finds a boat with nobody in it, but its lamp is still warm.';
globalThis.model = await fromPretrained('small');
globalThis.knowledge = await createKnowledge([{ source: 'ferry.md', text: globalThis.text }]);
globalThis.cases = [
  { question: 'How long does the crossing take?', answers: ['forty minutes'] },
  { question: 'When does the ferry leave?', answers: ['8:30'] },
  { question: 'Who built the lighthouse?', answers: [] },
];
globalThis.story = await writeStory({ premise: globalThis.premise, length: { words: 60 }, chapters: 1, drafts: 1 }, { model: globalThis.model });
