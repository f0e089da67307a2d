import { createModel, type GenerateRequest, type Message, type Model } from '@glm-tasks/core';
import { fakeEngine, type FakeEngine, type FakeEngineOptions } from '@glm-tasks/core/testing';

/** What is to be translated, of a request of the translator. */
export function sourceOf(request: GenerateRequest): string {
  return lastOf(request).split('\n\n').at(-1) ?? '';
}

/** The orders in front of it. */
export function orderOf(request: GenerateRequest): string {
  return lastOf(request).split('\n\n').slice(0, -1).join('\n\n');
}

export function messagesOf(request: GenerateRequest): Message[] {
  return request.prompt as Message[];
}

/** Characters that both Chinese scripts write alike. */
const IDEOGRAPHS = '山水火木土日月人口手足天地中大小上下左右石田禾米竹羊牛犬虫心耳目';
const SYLLABLES = 'ba de fi go ku la me ni po ru sa te vi wo za'.split(' ');

/** Ideographs for every word, as many as its length asks for; marks, placeholders, digits, ideographs and full stops stay. */
export function toChinese(text: string): string {
  return text.replace(/⟦\d+⟧|\{[^{}]*\}|[\p{Script=Latin}'’]+|[.!?]|\s+/gu, (part) => {
    if (/^[⟦{]/.test(part)) return part;
    if (/^\s/.test(part)) return '';
    if (/^[.!?]$/.test(part)) return { '.': '。', '!': '！' }[part] ?? '？';
    let state = hash(part.toLowerCase());
    return Array.from({ length: Math.max(1, Math.round(part.length / 2.8)) }, () => IDEOGRAPHS[(state = (state * 31 + 7) % 9973) % IDEOGRAPHS.length]).join('');
  });
}

/** A syllable or two for every ideograph. */
export function toEnglish(text: string): string {
  const words = text.replace(/⟦\d+⟧|\p{Script=Han}|[。！？，]/gu, (part) => {
    if (part.startsWith('⟦')) return part;
    const stop = { '。': '. ', '！': '! ', '？': '? ', '，': ', ' }[part];
    return stop ?? ` ${SYLLABLES[hash(part) % SYLLABLES.length]}${SYLLABLES[hash(part + part) % SYLLABLES.length]}`;
  });
  return words.replace(/ (?=[.!?,])/g, '').replace(/ {2,}/g, ' ').trim();
}

/** A model that answers what the function says, and its requests. */
export function fakeTranslator(reply: (source: string, request: GenerateRequest) => string, options: { slots?: number; contextLength?: number; can?: FakeEngineOptions['can'] } = {}): { model: Model; engine: FakeEngine } {
  const engine = fakeEngine({ reply: (request) => reply(sourceOf(request), request), contextLength: 8_192, ...(options as Omit<FakeEngineOptions, 'reply'>) });
  return { engine, model: createModel(engine) };
}

function lastOf(request: GenerateRequest): string {
  return messagesOf(request).at(-1)?.content ?? '';
}

function hash(text: string): number {
  let mixed = 7;
  for (const character of text) mixed = (mixed * 33 + (character.codePointAt(0) as number)) % 99_991;
  return mixed;
}
