const enough = 1 << 16;

/** The beginning of a body, at most 64 KiB: an error can be a book, and a body can break or never end. */
export async function readBody(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of chunks) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length >= enough) return text.slice(0, enough);
    }
  } catch {
    // The status has said what matters; the words that came are shown, the rest is not worth a second error.
  }
  return text;
}
