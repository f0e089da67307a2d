/** How events of a story begin, "{A}" for its hero and "{B}" for somebody else. A small model that is asked for an event tells the last one again; asked to end such a sentence, it finds something. */
export interface Stems {
  /** What may come between beginning and end, in any order; the first ones first. */
  middle: readonly string[];
  /** What comes last, in this order. */
  end: readonly string[];
}

const ENGLISH: Stems = {
  middle: [
    '{A} looks closer and finds',
    '{A} goes to {B}, who says that',
    'When {A} comes back,',
    'That night, somebody',
    '{B} takes out',
    '{A} follows',
    'Behind the door {A} hears',
    '{B} does not want {A} to',
    'In the morning',
    '{A} tries to',
    'Suddenly {B}',
    'On the way {A} meets',
  ],
  end: ['At last {A} understands that', '{A} decides to', 'In the end, {A} and {B}'],
};

const CHINESE: Stems = {
  middle: [
    '{A}仔细一看，发现',
    '{A}去找{B}，{B}告诉他',
    '{A}回来的时候，看见',
    '夜里，有人',
    '{B}从柜子里拿出',
    '{A}跟着',
    '门外，{A}听见',
    '{B}不让{A}',
    '第二天早上，',
    '{A}试着',
    '忽然，{B}',
    '路上，{A}遇见',
  ],
  end: ['{A}终于明白', '{A}决定', '最后，{A}和{B}'],
};

/** The beginnings of so many events that follow one another, the last ones at the end of the story. `skipped` were used before. */
export function chooseStems(count: number, { isChinese, isEnding, skipped }: { isChinese: boolean; isEnding: boolean; skipped: number }): string[] {
  const { middle, end } = isChinese ? CHINESE : ENGLISH;
  const closing = isEnding ? end.slice(-Math.min(end.length, Math.max(1, count - 1))) : [];
  return [...Array.from({ length: Math.max(0, count - closing.length) }, (_, index) => middle[(skipped + index) % middle.length]!), ...closing].slice(-count);
}
