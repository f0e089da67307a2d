import { foldChineseScript } from '@glm-tasks/task';

const unspaced = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}ー';
const runs = new RegExp(`[${unspaced}]+|(?:(?![${unspaced}])[\\p{L}\\p{M}\\p{N}'’])+`, 'gu');
const startsUnspaced = new RegExp(`^[${unspaced}]`, 'u');
/** The segmenter's time grows with the square of a text: 20 s for 100,000 characters at once, 0.04 s in batches of these. */
const LONGEST_BATCH = 120;
const parts = new RegExp(`.{1,${LONGEST_BATCH / 2}}`, 'gu');
const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/**
 * The terms by which a text is found, as often as they occur: stems of spaced words; where words are not spaced, the words that
 * `Intl.Segmenter` finds and every pair of neighbouring characters, since where it cuts depends on what stands around. Together they find
 * more than either (measured on CMRC 2018).
 */
export function tokenize(text: string): string[] {
  const terms: string[] = [];
  const unspacedRuns: string[] = [];
  for (const [run] of toSearchForm(text).matchAll(runs)) {
    if (!startsUnspaced.test(run)) {
      addWord(run, terms);
      continue;
    }
    unspacedRuns.push(run);
    addPairs(run, terms);
  }
  addSegments(unspacedRuns, terms);
  return terms;
}

/**
 * The terms of a question by which to find what answers it: without the words that make it a question and those every text has. In a small
 * knowledge they would be rare, and a passage without "when" would seem to miss a part of the question. All of them where nothing else is left.
 */
export function tokenizeQuestion(question: string): string[] {
  const all = tokenize(question);
  const terms = tokenize(toSearchForm(question).replace(questionWords, ' ')).filter((term) => !stopWords.has(term));
  return terms.length === 0 ? all : terms;
}

const questionWords =
  /为什么|为何|什么样|什么|甚么|哪些|哪个|哪里|哪儿|哪位|哪一|哪|谁|如何|怎么样|怎么办|怎么|怎样|多少|几(?=[个位年月日岁次种号天点名家所座只条])|何时|何地|多久|多长|多大|请问|是否|是不是|有没有|能不能|可不可以|能否|可否|是(?=[什哪谁多何怎])|[吗呢吧啊么]/gu;
const stopWords = new Set(
  'a an the and or but if of to in on at for with by from as is are was were be been it its this that these those he she they his her their we our you your i my me do did does have had has will would could should can may please what which who whom whose when where why how much many there here tell 的 了 是 在 和 与 有'.split(' ').map(stem),
);

/** One width, one case and one Chinese script. */
export function toSearchForm(text: string): string {
  return foldChineseScript(text.normalize('NFKC')).toLowerCase();
}

function addPairs(run: string, terms: string[]): void {
  let before = '';
  for (const character of run) {
    if (before !== '') terms.push(before + character);
    before = character;
  }
}

/** Several runs at once: half of the segmenter's time is that of its calls. */
function addSegments(unspacedRuns: readonly string[], terms: string[]): void {
  let batch = '';
  const segmentBatch = () => {
    for (const { segment } of segmenter.segment(batch)) {
      // A word of two characters is a pair already. (Of two UTF-16 units it may also be one rare character.)
      if (segment !== '\n' && (segment.length !== 2 || segment.codePointAt(0) !== segment.charCodeAt(0))) terms.push(segment);
    }
  };
  for (const part of unspacedRuns.flatMap((run) => run.match(parts) ?? [])) {
    if (batch.length + part.length > LONGEST_BATCH) {
      segmentBatch();
      batch = '';
    }
    batch += `\n${part}`;
  }
  segmentBatch();
}

function addWord(run: string, terms: string[]): void {
  const word = run.replace(/['’]s?$|^['’]+/u, '').replace(/['’]/gu, '');
  if (word !== '') terms.push(stem(word));
}

/** Makes "transfers", "transferred" and "transferring" one term: the endings that English bends most, and no more. */
export function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  const cut = word.replace(/(?:ies|ied)$/, 'y');
  const bare = cut.length > 4 ? cut.replace(/(?:ings?|edly|ed|es|s|ly|e)$/, '') : cut.replace(/s$/, '');
  return bare.length > 3 ? bare.replace(/([^aeiouls])\1$/, '$1') : bare;
}
