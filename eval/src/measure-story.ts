import type { Model } from '@glm-tasks/core';
import { isInLanguage, measureLength } from '@glm-tasks/task';
import { measureRepetition, writeStory, type Story } from '@glm-tasks/write';
import { measureRuns } from './measure-runs.ts';
import { percent, printTable } from './print-table.ts';
import { STORY_PREMISES } from './story-premises.ts';

/** What code can tell about a text: a reader tells more. */
interface Measured {
  /** By the measure that writeStory chooses its drafts with. */
  repetition: number;
  /** By another one. */
  runs: number;
  repeatedParagraphs: number;
  isInLanguage: boolean;
  lengthShare: number;
}

interface Told {
  id: string;
  story: Story;
  ours: Measured;
  plain: Measured;
  plainText: string;
  seconds: number;
}

const LENGTH = { en: { words: 450 }, zh: { characters: 720 } };
const CHAPTERS = 3;

/** Stories of three chapters, beside what the same model writes when it is asked for them in one call. */
export async function measureStories(model: Model, limit: number, show: number): Promise<void> {
  const told: Told[] = [];
  for (const { id, language, ...asked } of alternate().slice(0, limit)) {
    const started = performance.now();
    const story = await writeStory({ ...asked, characters: [...asked.characters], language, length: LENGTH[language], chapters: CHAPTERS }, { model });
    const seconds = (performance.now() - started) / 1_000;
    const plainText = await writePlainly(model, asked, language);
    const size = Object.values(LENGTH[language])[0]!;
    const prose = story.chapters.map(({ text }) => text).join('\n\n');
    told.push({ id, story, seconds, plainText, ours: measure(prose, language, size), plain: measure(plainText, language, size) });
    if (told.length <= show) printStory(told.at(-1)!);
  }
  printStories(told);
}

/** A limit takes both languages. */
function alternate(): (typeof STORY_PREMISES)[number][] {
  const [english, chinese] = (['en', 'zh'] as const).map((language) => STORY_PREMISES.filter((premise) => premise.language === language));
  return english!.flatMap((premise, index) => [premise, ...chinese!.slice(index, index + 1)]);
}

async function writePlainly(model: Model, { premise, characters, ...wishes }: { premise: string; genre?: string; tone?: string; characters: readonly { name: string; role: string }[] }, language: 'en' | 'zh'): Promise<string> {
  const people = characters.map(({ name, role }) => `${name} (${role})`).join(', ');
  const wish = Object.values(wishes).join(', ');
  const prompt =
    language === 'en'
      ? `Write a story of about 450 words in three chapters. ${wish === '' ? '' : `It is ${wish}. `}${people === '' ? '' : `People: ${people}. `}\n\n${premise}`
      : `写一篇约720字、分为三章的故事。${wish === '' ? '' : `风格：${wish}。`}${people === '' ? '' : `人物：${people}。`}\n\n${premise}`;
  const { text } = await model.generate(prompt, { maxTokens: 1_000 });
  return text;
}

function measure(text: string, language: string, size: number): Measured {
  const paragraphs = text.split(/\n+/u).map((paragraph) => paragraph.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase()).filter((paragraph) => paragraph.length > 12);
  return {
    repetition: measureRepetition(text, language),
    runs: measureRuns(text, language),
    repeatedParagraphs: paragraphs.length - new Set(paragraphs).size,
    isInLanguage: text.split(/\n+/u).every((paragraph) => paragraph.length < 60 || isInLanguage(paragraph, language)),
    lengthShare: measureLength(text, language === 'zh' ? 'characters' : 'words') / size,
  };
}

function printStories(told: readonly Told[]): void {
  printTable(
    `Stories of ${CHAPTERS} chapters, and the same in one plain call`,
    ['story', 'seconds', 'repeated 4-grams', 'by another count', 'repeated paragraphs', 'in its language', 'length, share of what was asked', 'events told', 'status', 'plain: repeated 4-grams', 'by another count', 'repeated paragraphs', 'in its language', 'length'],
    told.map(({ id, story, seconds, ours, plain }) => [id, Math.round(seconds), asPercent(ours.repetition), asPercent(ours.runs), ours.repeatedParagraphs, yes(ours.isInLanguage), asPercent(ours.lengthShare), countPoints([story]), story.status, asPercent(plain.repetition), asPercent(plain.runs), plain.repeatedParagraphs, yes(plain.isInLanguage), asPercent(plain.lengthShare)]),
  );
  const sum = (measured: readonly Measured[]) => [
    asPercent(Math.max(...measured.map(({ repetition }) => repetition))),
    asPercent(Math.max(...measured.map(({ runs }) => runs))),
    measured.reduce((total, { repeatedParagraphs }) => total + repeatedParagraphs, 0),
    percent(measured.filter((one) => one.isInLanguage).length, measured.length),
    percent(measured.filter(({ lengthShare }) => Math.abs(lengthShare - 1) <= 0.15).length, measured.length),
  ];
  const ours = sum(told.map((one) => one.ours));
  const plain = sum(told.map((one) => one.plain));
  printTable('Together', ['what', 'wanted', 'writeStory', 'one plain call'], [
    ['most repeated 4-grams in a story', '< 10 %', ours[0]!, plain[0]!],
    ['the same by another count: words, in Chinese characters', '< 10 %', ours[1]!, plain[1]!],
    ['repeated paragraphs', 0, ours[2]!, plain[2]!],
    ['in the right language throughout', 'all', ours[3]!, plain[3]!],
    ['length within 15 %', '>= 90 %', ours[4]!, plain[4]!],
    ['events of the outline told', '>= 80 %', countPoints(told.map(({ story }) => story)), 'no outline'],
    ['of these, told in the words of the plan', '', countVerbatim(told), ''],
    ['contradictions left', '', told.reduce((total, { story }) => total + story.chapters.reduce((found, { contradictions }) => found + contradictions.length, 0), 0), ''],
  ]);
}

function countPoints(stories: readonly Story[]): string {
  const points = stories.flatMap(({ chapters }) => chapters.flatMap((chapter) => chapter.points));
  return percent(points.filter(({ covered }) => covered).length, points.length);
}

/** By the model or, where it told the event in no way, by code. */
function countVerbatim(told: readonly Told[]): number {
  return told.flatMap(({ story }) => story.chapters).reduce((sum, { text, points }) => sum + points.filter((point) => text.includes(point.text)).length, 0);
}

function printStory({ id, story, plainText }: Told): void {
  console.log(`\n----- ${id}: writeStory -----\n\n${story.text}\n`);
  for (const { number, points } of story.chapters) for (const { text, covered } of points) console.log(`${number}. ${covered ? 'told' : 'NOT TOLD'}: ${text}`);
  for (const warning of story.warnings) console.log(`warning: ${warning}`);
  console.log(`\n----- ${id}: one plain call -----\n\n${plainText}`);
}

function asPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function yes(holds: boolean): string {
  return holds ? 'yes' : 'NO';
}
