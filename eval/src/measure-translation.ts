import type { Model } from '@glm-tasks/core';
import { chrf, translate } from '@glm-tasks/translate';
import { bleu } from './bleu.ts';
import { glossaryCases } from './glossary-cases.ts';
import { percent, printList, printTable } from './print-table.ts';
import type { SentencePair } from './translate-data.ts';

const LANGUAGES = { en: '英语', zh: '中文' } as const;
const DIRECTIONS = [['zh', 'en'], ['en', 'zh']] as const;
/** The longest reference has half as many tokens. */
const RAW_TOKENS = 300;

/** The task against one plain call a sentence with the same model, on the same sentences, in the same run; then what was left undone, sentence by sentence. */
export async function measureFlores(model: Model, pairs: readonly SentencePair[], show: number): Promise<void> {
  const rows: (string | number)[][] = [];
  const marked: string[] = [];
  const unmarked: string[] = [];
  const samples: string[] = [];
  for (const [from, to] of DIRECTIONS) {
    const sources = pairs.map((pair) => pair[from]);
    const references = pairs.map((pair) => pair[to]);
    const start = performance.now();
    const raw = await Promise.all(sources.map(async (source) => (await model.generate(askPlainly(source, to), { maxTokens: RAW_TOKENS })).text.trim()));
    const between = performance.now();
    const { texts = [], segments, usage } = await translate({ texts: sources, from, to }, { model });
    const seconds = [between - start, performance.now() - between].map((milliseconds) => milliseconds / 1_000);
    const ours = texts.map(({ text }) => text);
    const tokenizer = to === 'zh' ? 'zh' : '13a';
    console.error(`${from}-${to}: one call a sentence ${chrf(raw, references).toFixed(1)} in ${seconds[0]?.toFixed(0)} s, translate ${chrf(ours, references).toFixed(1)} in ${seconds[1]?.toFixed(0)} s`);
    rows.push([`${from}-${to}`, 'one call a sentence', chrf(raw, references), bleu(raw, references, tokenizer), percent(countUntranslated(raw, sources, to), sources.length), '-', sources.length, seconds[0] as number]);
    rows.push([`${from}-${to}`, 'translate', chrf(ours, references), bleu(ours, references, tokenizer), percent(countUntranslated(ours, sources, to), sources.length), percent(segments.filter(({ state }) => state === 'failed').length, segments.length), usage.calls, seconds[1] as number]);
    for (const [index, segment] of segments.entries()) {
      const line = `${from}-${to} ${index}: ${segment.state} (${segment.issues.join('; ')}) ${segment.source} => ${segment.target}`;
      if (segment.issues.length > 0) marked.push(line);
      else if (isUntranslated(segment.target, segment.source, to)) unmarked.push(line);
    }
    for (let index = 0; index < Math.min(show, ours.length); index++) samples.push(`${from}-${to} ${sources[index]} => ${ours[index]}`);
  }
  printTable(`FLORES-200 dev, ${pairs.length} sentences each way`, ['', 'how', 'chrF2', 'BLEU', 'untranslated', 'marked failed', 'calls', 'seconds'], rows);
  printList('Marked, to be looked at', marked);
  printList('Untranslated and not marked (must be none)', unmarked);
  printList('Samples', samples);
}

/** 40 terms over 100 sentences: whether each is used wherever it occurs, and whether each miss is reported. */
export async function measureGlossary(model: Model, limit: number): Promise<void> {
  const rows: (string | number)[][] = [];
  const missed: string[] = [];
  for (const { from, to, terms, sentences } of glossaryCases) {
    const texts = sentences.slice(0, limit);
    const glossary = terms.map(([source, target]) => ({ source, target }));
    const { segments } = await translate({ texts, from, to, glossary }, { model });
    const without = await translate({ texts, from, to }, { model });
    let [wanted, used, unasked, silent] = [0, 0, 0, 0];
    for (const [index, source] of texts.entries()) {
      for (const [term, target] of terms) {
        // Counted here, by other means than the task's own.
        if (!source.toLowerCase().includes(term.toLowerCase())) continue;
        wanted++;
        if (holds(without.segments[index]?.target, target)) unasked++;
        if (holds(segments[index]?.target, target)) used++;
        else {
          if (!segments[index]?.issues.some((issue) => issue.includes(target))) silent++;
          missed.push(`${term} = ${target}: ${source} => ${segments[index]?.target} (${segments[index]?.issues.join('; ')})`);
        }
      }
    }
    rows.push([`${from}-${to}`, terms.length, texts.length, percent(used, wanted), percent(unasked, wanted), silent]);
  }
  printTable('Glossary', ['', 'terms', 'sentences', 'used', 'used without a glossary', 'missed without a word'], rows);
  printList('Missed', missed);
}


function askPlainly(source: string, to: 'en' | 'zh'): string {
  return `将以下文本翻译为${LANGUAGES[to]}，注意只需要输出翻译后的结果，不要额外解释：\n\n${source}`;
}

/** By other means than the task's own: hardly a letter of the target's script, or nearly the source again. */
function isUntranslated(target: string, source: string, to: 'en' | 'zh'): boolean {
  const han = target.match(/\p{Script=Han}/gu)?.length ?? 0;
  const latin = target.match(/\p{Script=Latin}/gu)?.length ?? 0;
  const wrong = to === 'zh' ? han < 0.1 * (han + latin) : han > 0.2 * (han + latin);
  return target === '' || wrong || chrf([target], [source]) > 80;
}

function countUntranslated(targets: readonly string[], sources: readonly string[], to: 'en' | 'zh'): number {
  return targets.filter((target, index) => isUntranslated(target, sources[index] ?? '', to)).length;
}

function holds(text: string | undefined, target: string): boolean {
  return text?.toLowerCase().includes(target.toLowerCase()) ?? false;
}
