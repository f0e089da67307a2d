import { readdirSync, readFileSync } from 'node:fs';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { openTokenizer } from './make-prompts.ts';
import { readChineseText, readEnglishText } from './real-texts.ts';
import { printTable } from './table.ts';

/** Tokenizes 2,000 lines with our tokenizer files and with llama.cpp on the same model file. */
export async function measureTokenizer(label: string, folder: string, gguf: string): Promise<void> {
  const tokenizer = openTokenizer(folder);
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
  const model = await llama.loadModel({ modelPath: gguf, vocabOnly: true });
  const rows: (string | number)[][] = [];
  for (const [kind, lines] of Object.entries(collectLines())) {
    const different = lines.filter((line) => tokenizer.encode(line, { add_special_tokens: false }).ids.join() !== model.tokenize(line, true).join());
    if (different.length > 0) console.error(`different: ${JSON.stringify(different.slice(0, 5))}`);
    rows.push([kind, lines.length, lines.length - different.length]);
  }
  const [total, equal] = [1, 2].map((column) => rows.reduce((sum, row) => sum + Number(row[column]), 0));
  rows.push(['all', total!, equal!]);
  printTable(`${label}: tokenizer against llama.cpp`, ['lines', 'compared', 'equal'], rows);
  await llama.dispose();
}

function collectLines(): Record<string, string[]> {
  const sentences = (text: string): string[] => text.split(/(?<=[.!?。！？\n])/u).filter((line) => line.trim() !== '');
  const code = readdirSync(new URL('.', import.meta.url))
    .filter((file) => file.endsWith('.js'))
    .flatMap((file) => readFileSync(new URL(file, import.meta.url), 'utf8').split('\n'));
  const chinese = sentences(readChineseText());
  const random = createRandom(20_251_124);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const join = (parts: readonly string[], most: number): string => Array.from({ length: 1 + Math.floor(random() * most) }, () => pick(parts)).join('');
  const marks = ['🎉', '👩‍👩‍👧', '👍🏽', '🇨🇳', '❤️', '🤖', '✨', ' ', '好', 'a', '!', '…', '—', 'é', 'ñ', 'ß', 'Ж', 'あ', '한', 'ไ', 'ا'];
  const spaces = [' ', '  ', '\t', '\n', '\r\n', '\n\n', '    ', 'a', 'I\'m', '12', '3.14', '你好', '，', '.', '\u00a0', '\u3000', '_', '-'];
  const letters = [...'abcXYZ 0123456789.,;:!?()[]{}<>|/\\@#$%^&*+=~`"\'你好世界，。！？、；：“”'];
  return {
    'English sentences': sentences(readEnglishText()).slice(0, 500),
    'Chinese sentences and their pieces': Array.from({ length: 500 }, () => {
      const line = pick(chinese);
      return [...line].slice(Math.floor(random() * line.length * 0.5)).join('');
    }).filter((line) => line !== ''),
    code: code.filter((line) => line !== '').slice(0, 300),
    'emoji and scripts': Array.from({ length: 250 }, () => join(marks, 12)),
    whitespace: Array.from({ length: 250 }, () => join(spaces, 12)),
    'any characters': Array.from({ length: 200 }, () => join(letters, 40)),
  };
}

/** A linear congruential generator: the lines are the same on every machine. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
