import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPackedProject, type PackedProject } from './packed-project.ts';
import { repositoryPath } from './repository.ts';
import { runProgram } from './run-program.ts';

let project: PackedProject;
beforeAll(async () => {
  project = await createPackedProject('pnpm');
}, 120_000);
afterAll(() => project?.remove());

/** The main call of every package, and for each a wrong argument: an `any` anywhere in it would take that too, and fail here. */
const uses = `
import { answer, createKnowledge } from '@glm-tasks/answer';
import { createModel, fromPretrained } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { ChatGlmTasks, fromLangChain, toTool } from '@glm-tasks/langchain';
import { summarize } from '@glm-tasks/summarize';
import { chunkText, defineTask } from '@glm-tasks/task';
import { translate } from '@glm-tasks/translate';
import { prepareModel } from '@glm-tasks/weights';
import { rewrite, writeNews, writeStory } from '@glm-tasks/write';
import { summarize as sameSummarize, translate as sameTranslate, type Model } from 'glm-tasks';
import { ChatGlmTasks as SameChat } from 'glm-tasks/langchain';

/** Refuses what is \`any\`, as a whole or in one of its fields. */
type Known<T> = 0 extends 1 & T ? never : T extends object ? { [K in keyof T]: 0 extends 1 & T[K] ? never : T[K] } : T;
declare function mustBeKnown<T>(value: T & Known<T>): void;
// An any on purpose: the check of the next lines has to refuse it.
declare const anything: any;
// @ts-expect-error an any as a whole is refused
mustBeKnown(anything);
// @ts-expect-error an any in a field is refused
mustBeKnown({ text: 'x', leak: anything });

const model: Model = await fromPretrained('small', { slots: 2 });
mustBeKnown(await model.generate('x', { maxTokens: 5 }));
mustBeKnown(await summarize({ text: 'x', length: 'short' }, { model }));
mustBeKnown(await sameSummarize('x', { model }));
mustBeKnown(await translate({ text: 'x', to: 'zh' }, { model }));
mustBeKnown(await sameTranslate({ text: 'x', to: 'zh' }, { model }));
mustBeKnown(await writeNews({ facts: [{ what: 'x' }] }, { model }));
mustBeKnown(await writeStory({ premise: 'x' }, { model }));
mustBeKnown(await rewrite({ text: 'x', tone: 'formal' }, { model }));
mustBeKnown(await answer({ question: 'x' }, { model, knowledge: await createKnowledge([{ source: 'a', text: 'x' }]) }));
mustBeKnown(await prepareModel('small'));
mustBeKnown(createModel(fakeEngine({ reply: () => 'x' })));
mustBeKnown(toTool(summarize));
mustBeKnown(fromLangChain(new ChatGlmTasks({ model: 'small' })));
mustBeKnown(new SameChat({ model: 'small' }));
mustBeKnown((await new SameChat({ model: 'small' }).invoke('x')).text); // of LangChain's types

// @ts-expect-error a wrong argument is refused
fromPretrained(5);
// @ts-expect-error a wrong argument is refused
model.generate('x', { maxTokens: 'many' });
// @ts-expect-error a wrong argument is refused
summarize({ text: 'x', length: 'enormous' });
// @ts-expect-error a wrong argument is refused
sameSummarize(5);
// @ts-expect-error a wrong argument is refused
translate({ text: 'x' });
// @ts-expect-error a wrong argument is refused
sameTranslate({ to: 'zh', texts: [5] });
// @ts-expect-error a wrong argument is refused
writeNews({ facts: 'x' });
// @ts-expect-error a wrong argument is refused
writeStory({ premise: 5 });
// @ts-expect-error a wrong argument is refused
rewrite({ text: 'x', tone: 'loud' });
// @ts-expect-error a wrong argument is refused
answer({ question: 'x' }, { knowledge: 'x' });
// @ts-expect-error a wrong argument is refused
prepareModel();
// @ts-expect-error a wrong argument is refused
fakeEngine({ reply: 5 });
// @ts-expect-error a wrong argument is refused
defineTask({ name: 'x' });
// @ts-expect-error a wrong argument is refused
chunkText(5, { model });
// @ts-expect-error a wrong argument is refused
toTool('summarize');
// @ts-expect-error a wrong argument is refused
fromLangChain('x');
// @ts-expect-error a wrong argument is refused
new ChatGlmTasks({ model: 5 });
// @ts-expect-error a wrong argument is refused
new SameChat({});
`;

test.each([
  ['node16', 'node16'],
  ['bundler', 'esnext'],
])('types resolve under %s from packages that pnpm installed, and nothing is any', async (moduleResolution, module) => {
  const folder = join(project.folder, moduleResolution);
  await mkdir(folder);
  await writeFile(join(folder, 'uses.ts'), uses);
  // Declarations of packages are checked too; those of opencc-js, which `@glm-tasks/task` brings, name types of the DOM.
  const language = { target: 'es2022', lib: ['es2023', 'esnext.disposable', 'dom'], types: ['node'], typeRoots: [repositoryPath('node_modules/@types')] };
  const compilerOptions = { strict: true, noEmit: true, skipLibCheck: false, module, moduleResolution, ...language };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*'] }));
  const { code, stdout } = await runProgram(process.execPath, [repositoryPath('node_modules/typescript/bin/tsc'), '-p', folder]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
});

interface Manifest {
  name: string;
  version: string;
  exports: object;
  scripts?: object;
  publishConfig?: object;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

test('packed manifests name versions only, run nothing on install, show no sources, and are published in the open', () => {
  const manifests = project.tarballs.map((file) => JSON.parse(execFileSync('tar', ['-xzOf', file, 'package/package.json'], { encoding: 'utf8' })) as Manifest);
  expect(manifests.map(({ name }) => name)).toContain('glm-tasks');
  for (const { name, version, exports, scripts = {}, publishConfig, dependencies = {}, peerDependencies = {} } of manifests) {
    expect({ name, scripts, publishConfig }).toEqual({ name, scripts: {}, publishConfig: { access: 'public', provenance: true } });
    expect(JSON.stringify(exports)).not.toMatch(/"source"|\/src\/|(?<!\.d)\.ts"/);
    const isOurs = (dependency: string): boolean => dependency.startsWith('@glm-tasks/');
    const isExpected = ([dependency, range]: [string, string]): boolean => (isOurs(dependency) ? range === `^${version}` : /^\d+\.\d+\.\d+$/.test(range));
    expect(Object.entries(dependencies).filter((entry) => !isExpected(entry))).toEqual([]);
    for (const range of Object.values(peerDependencies)) expect(range).toMatch(/^(?:\^\d+\.\d+\.\d+|>=\d+\.\d+\.\d+ <\d+\.\d+\.\d+)$/);
  }
});

test('packages hold what runs and its types, and no tests', () => {
  for (const file of project.tarballs) {
    const files = execFileSync('tar', ['-tzf', file], { encoding: 'utf8' }).trim().split('\n');
    expect(files.filter((name) => /\.test\.|\.map$|\.tsbuildinfo$|(?<!\.d)\.ts$/.test(name))).toEqual([]);
    expect(files).toContain('package/dist/index.d.ts');
    expect(files).toContain('package/README.md');
  }
});
