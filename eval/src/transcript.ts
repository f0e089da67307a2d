export interface Turn {
  speaker: string;
  content: string;
}

/** A spoken turn as people would write it down: without the marks of the transcribers and the spaces of the tokenizer. */
export function cleanTurn(content: string): string {
  return content
    .replace(/\{\w+\}|\[(?:Interruption|Inaudible|Laughter)\.?\]|@/gu, ' ')
    .replace(/(?<=\p{L}) - (?=\p{L})/gu, '-')
    .replace(/(?<!\p{L})(\p{Lu})_/gu, '$1')
    .replace(/\s+/gu, ' ')
    .replace(/ (?=[.,?!;:])/gu, '')
    .replace(/(\p{L}) (?=['’](?:s|m|re|ve|ll|d|t)\b)/gu, '$1')
    .replace(/^[\s.,?!]+/u, '')
    .trim();
}

/** `Speaker: what they said`, one a line; turns of one speaker in a row are one, empty ones none. */
export function joinTurns(turns: readonly Turn[], language: 'en' | 'zh'): string {
  const lines: Turn[] = [];
  for (const { speaker, content } of turns) {
    if (!/[\p{L}\p{N}]/u.test(content)) continue;
    const last = lines.at(-1);
    if (last?.speaker === speaker) last.content += `${language === 'zh' ? '' : ' '}${content}`;
    else lines.push({ speaker, content });
  }
  return lines.map(({ speaker, content }) => `${speaker}${language === 'zh' ? '：' : ': '}${content}`).join('\n');
}
