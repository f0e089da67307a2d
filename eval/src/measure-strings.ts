import type { Model } from '@glm-tasks/core';
import { translate } from '@glm-tasks/translate';
import { trickyStrings } from '@glm-tasks/translate/testing';
import { findDamage } from './find-damage.ts';
import { percent, printList, printTable } from './print-table.ts';

/** Strings with placeholders, tags, ICU branches and Markdown: each is structurally intact, or says that it failed. */
export async function measureStrings(model: Model, limit: number): Promise<void> {
  const groups = groupStrings();
  const rows: (string | number)[][] = [];
  const damaged: string[] = [];
  const failed: string[] = [];
  for (const [name, strings] of groups) {
    const texts = strings.slice(0, limit);
    const [{ format, to }] = texts as [Tricky];
    const result = await translate({ texts: texts.map(({ id, source }) => ({ id, text: source })), to, format }, { model });
    const broken = new Set(result.segments.filter(({ state }) => state === 'failed').map(({ textId }) => textId));
    let intact = 0;
    let silent = 0;
    for (const [index, { id, source }] of texts.entries()) {
      const target = result.texts?.[index]?.text ?? '';
      const damage = findDamage(source, target);
      if (damage.length > 0) damaged.push(`${id} (${damage.join('; ')}): ${source} => ${target}`);
      if (damage.length > 0 && !broken.has(id)) silent++;
      if (damage.length === 0 && !broken.has(id)) intact++;
    }
    for (const { textId, state, source, issues } of result.segments) if (state === 'failed') failed.push(`${textId}: ${source} (${issues.join('; ')})`);
    rows.push([name, texts.length, percent(intact, texts.length), percent(broken.size, texts.length), silent]);
  }
  printTable('Strings that are easily broken', ['', 'strings', 'translated and intact', 'marked failed', 'damaged without a word'], rows);
  printList('Damaged', damaged);
  printList('Failed', failed);
}

type Tricky = (typeof trickyStrings)[number] & { to: 'en' | 'zh' };

function groupStrings(): Map<string, Tricky[]> {
  const groups = new Map<string, Tricky[]>();
  for (const string of trickyStrings) {
    const to = /\p{Script=Han}/u.test(string.source) ? 'en' : 'zh';
    const name = `${string.id.replace(/-\d+$/, '')} to ${to}`;
    groups.set(name, [...(groups.get(name) ?? []), { ...string, to }]);
  }
  return groups;
}
