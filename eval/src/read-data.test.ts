import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeMissing, readData } from './read-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'glm-tasks-eval-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('says which files are missing, and what they are', () => {
  for (const said of [readData(folder), describeMissing(undefined)]) {
    for (const name of ['qmsum-val.jsonl', 'vcsum-dev.jsonl', 'csl-dev.jsonl', 'MIT', 'Apache-2.0']) expect(said).toContain(name);
  }
  expect(describeMissing(undefined)).toContain('--data DIR');
});

test('reads the three layouts', () => {
  const write = (name: string, row: object) => writeFileSync(join(folder, name), `${JSON.stringify(row)}\n\n`);
  write('qmsum-val.jsonl', { transcript: [{ speaker: 'A', content: 'Hi {gap} .' }], general: [{ query: 'Summarize', answer: 'All.' }], specific: [{ query: 'Who?', answer: 'A.' }] });
  write('vcsum-dev.jsonl', { id: '13_0', av_num: 26, context: [['一。', '二。'], ['三。']], speaker: [1, 2], discussion: '摘要' });
  write('csl-dev.jsonl', { row: 'to title\t摘要内容\t标题' });
  const queries = [{ query: 'Who?', reference: 'A.' }];
  expect(readData(folder)).toEqual({
    qmsum: [{ id: 'qmsum-1', group: 'qmsum-1', language: 'en', text: 'A: Hi.', reference: 'All.', queries }],
    vcsum: [{ id: 'vcsum-1', group: '26', language: 'zh', text: '发言人1：一。二。\n发言人2：三。', reference: '摘要', queries: [] }],
    csl: [{ id: 'csl-1', group: 'csl-1', language: 'zh', text: '摘要内容', reference: '标题', queries: [] }],
  });
});
