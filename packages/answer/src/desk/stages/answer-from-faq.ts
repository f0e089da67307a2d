import { joinTexts } from '../desk-texts.ts';
import { splitQuestions } from '../questions.ts';
import type { Desk, FaqMatch, Outcome, Turn } from '../turn.ts';

/** Questions of one turn that are answered together. */
const MOST_QUESTIONS = 3;

/** Answers as the FAQ has them, if it has one for every question of the turn: half an answer would pass for the whole. */
export async function answerFromFaq(turn: Turn, desk: Desk): Promise<Outcome | undefined> {
  const questions = splitQuestions(turn.question);
  if (questions.length > MOST_QUESTIONS) return undefined;
  const found: FaqMatch[] = [];
  for (const question of questions) {
    const [faq] = await desk.matchFaq(question, turn.signal);
    if (faq === undefined) return undefined;
    turn.trace.push({ stage: 'faq', note: `${faq.isSame ? 'the question' : 'like'} ${faq.passage.text}`, confidence: faq.confidence });
    if (!faq.isSame || faq.confidence < desk.thresholds.faq) return undefined;
    if (found.every(({ passage }) => passage.id !== faq.passage.id)) found.push(faq);
  }
  const outcomes = found.map(({ passage, confidence }) => answerFromEntry(passage, confidence, desk));
  return {
    status: 'answered',
    text: joinTexts(turn.language, ...outcomes.map(({ text }) => text)),
    quotes: outcomes.flatMap(({ quotes = [] }) => quotes),
    confidence: Math.min(...found.map(({ confidence }) => confidence)),
  };
}

/** The quote is the answer where the source has it word for word, else the question it stands under. */
function answerFromEntry({ source, start, end, text, answer }: FaqMatch['passage'], confidence: number, { knowledge }: Desk): Outcome {
  const document = knowledge.readText(source) ?? '';
  const at = document.indexOf(answer, start);
  const quote = at >= 0 ? { source, start: at, end: at + answer.length, text: answer } : { source, start, end, text };
  return { status: 'answered', text: answer, quotes: [quote], confidence };
}
