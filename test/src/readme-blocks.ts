import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryPath } from './repository.ts';
import { runProgram, type Finished } from './run-program.ts';
import type { Snippet } from './snippets.ts';

export interface Block extends Snippet {
  /** The folder under `packages` whose README it stands in. */
  owner: string;
}

export const isProgram = ({ language }: Snippet): boolean => language === 'js' || language === 'ts';

const loaded = (file: string): string => `--import=${pathToFileURL(repositoryPath(`test/dist/${file}`)).href}`;
const fileOf = ({ owner, line, language }: Block): string => `${owner}-${line}.${language}`;

/** Writes the programs into a project and compiles them there, as strict TypeScript; what the compiler says is given back. */
export async function compilePrograms(project: string, blocks: readonly Block[]): Promise<string> {
  const folder = join(project, 'blocks');
  await mkdir(folder);
  for (const block of blocks.filter(isProgram)) await writeFile(join(folder, fileOf(block)), block.code);
  await copyFile(repositoryPath('test/dist/readme-given.d.ts'), join(folder, 'given.d.ts'));
  // `await using` is compiled for Node 20; the types of Node are those of this repository.
  const compilerOptions = {
    strict: true,
    allowJs: true,
    checkJs: true,
    skipLibCheck: true,
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    typeRoots: [repositoryPath('node_modules/@types')],
    rootDir: '.',
    outDir: 'compiled',
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*'] }));
  return (await runProgram(process.execPath, [repositoryPath('node_modules/typescript/bin/tsc'), '-p', folder])).stdout;
}

/** Runs compiled programs one after the other: models follow a script, and what READMEs take for granted is there. What fails names its file. */
export function runCompiled(project: string, blocks: readonly Block[]): Promise<Finished> {
  const program = blocks.map((block) => `await import('./blocks/compiled/${fileOf(block).replace(/\.ts$/, '.js')}'); console.log('${fileOf(block)} ran');`).join('\n');
  return runProgram(process.execPath, [loaded('use-scripted-models.js'), loaded('readme-given.js'), '--input-type=module', '--eval', program], { cwd: project });
}

/** Runs commands where the packages are installed, with models that follow a script. */
export function runCommands(project: string, { code }: Snippet): Promise<Finished> {
  const env = { ...process.env, PATH: `${join(project, 'node_modules', '.bin')}:${process.env['PATH']}`, NODE_OPTIONS: loaded('use-scripted-models.js') };
  return runProgram('bash', ['-euo', 'pipefail', '-c', code], { cwd: project, env, stdin: '' });
}

/** The files that the READMEs name. */
export async function writeNamedFiles(project: string): Promise<void> {
  const report = await readFile(repositoryPath('examples/texts/night-bus.txt'), 'utf8');
  // Two paragraphs of seven: what is shown does not depend on the length, and what long texts take is tested elsewhere.
  await writeFile(join(project, 'report.txt'), report.split('\n\n').slice(0, 2).join('\n\n'));
  const page = '# Ferries\n\nThe ferry leaves at **8:30**. Dogs are welcome on deck.\n';
  for (const name of ['page.md', 'README.md', join('docs', 'guide.md'), join('site', 'index.html')]) {
    await mkdir(join(project, name, '..'), { recursive: true });
    await writeFile(join(project, name), name.endsWith('.md') ? page : '<h1>Ferries</h1><p>The ferry leaves at <b>8:30</b>.</p>');
  }
  await writeFile(join(project, 'notes.txt'), '- Ashby school board, Monday: new gym approved\n- Building starts in July 2026.\n');
  await writeFile(join(project, 'terms.csv'), 'ferry,轮渡\nKestrel,=\n');
}
