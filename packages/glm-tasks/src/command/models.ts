import type { Command } from 'commander';
import { TaskError } from '@glm-tasks/core';
import { catalog, listModels, removeModel, showModel, verifyModel } from '@glm-tasks/weights';
import type { CatalogModel, StoredModel } from '@glm-tasks/weights';
import { describeSource } from './describe-source.ts';
import { createProgress, formatBytes } from './progress.ts';
import type { Shell } from './shell.ts';
import { addCommand } from './subcommand.ts';
import type { CommonOptions } from './subcommand.ts';

/** glm-tasks models: what is on this machine, and what can be had. */
export function addModels(program: Command, shell: Shell): void {
  const models = program.command('models').description('List, show, remove or verify models').addHelpText(
    'after',
    '\nExamples:\n  $ glm-tasks models list\n  $ glm-tasks models show small\n  $ glm-tasks models verify --repair\n  $ glm-tasks models remove small',
  );
  const print = (json: boolean | undefined, value: unknown, lines: string[]): void => {
    shell.stdout.write(json ? `${JSON.stringify(value)}\n` : lines.map((line) => `${line}\n`).join(''));
  };

  addCommand(models, 'list', { description: 'Models by name, and what of them is here', examples: ['glm-tasks models list'] })
    .action(async ({ json }: CommonOptions) => {
      const here = await listModels();
      print(json, { here, catalog }, describeList(here));
    });

  addCommand(models, 'show', { description: 'One model: licence, sources, files', examples: ['glm-tasks models show small'] })
    .argument('<model>')
    .action(async (name: string, { json }: CommonOptions) => {
      const model = await showModel(name);
      print(json, model, describeModel(model));
    });

  addCommand(models, 'remove', { description: 'Free the disk that a model takes', examples: ['glm-tasks models remove small'] })
    .argument('<model>')
    .action(async (name: string, { json }: CommonOptions) => {
      const freed = await removeModel(name);
      print(json, freed, [...freed.removed.map((path) => `removed ${path}`), `${formatBytes(freed.bytes)} freed`]);
    });

  addCommand(models, 'verify', {
    description: 'Read the files of a model again and compare their hashes',
    examples: ['glm-tasks models verify', 'glm-tasks models verify small --repair'],
  })
    .argument('[model]', 'default: every model that is here')
    .option('--repair', 'remove what is damaged, so that the next use makes it anew')
    .action((name: string | undefined, options: CommonOptions & { repair?: boolean }) => verify(name, options, shell, print));
}

async function verify(
  name: string | undefined,
  { json, repair = false }: CommonOptions & { repair?: boolean },
  shell: Shell,
  print: (json: boolean | undefined, value: unknown, lines: string[]) => void,
): Promise<void> {
  // Conversions of files outside the catalog have no hash to compare with.
  const names = name === undefined ? (await listModels()).filter(({ model }) => model !== undefined).map(({ id }) => id) : [name];
  const progress = createProgress(shell);
  const verdicts = [];
  try {
    for (const id of names) {
      verdicts.push(...(await verifyModel(id, { repair, signal: shell.signal, onProgress: (event) => progress.show(event) })));
    }
  } finally {
    progress.end();
  }
  const lines = verdicts.map(({ ok, path, want, got }) => (ok ? `ok       ${path}` : `DAMAGED  ${path}: expected ${want}, found ${got}`));
  print(json, verdicts, lines.length === 0 ? ['nothing to verify: no model is here'] : lines);
  const damaged = verdicts.filter(({ ok }) => !ok).length;
  if (damaged === 0) return;
  const next = repair ? 'They were removed; pull again.' : 'Run it again with --repair to remove them, then pull.';
  throw new TaskError('integrity_failed', `${damaged} of ${verdicts.length} are damaged. ${next}`);
}

function describeList(here: StoredModel[]): string[] {
  const known = catalog.map((model) => {
    const stored = here.find(({ id }) => id === model.id);
    return [titleOf(model), [stored === undefined ? `not here, ${formatBytes(sizeOf(model))} to download` : stateOf(stored), ...describeMemory(model)].join(', ')];
  });
  const others = here.filter(({ model }) => model === undefined).map((stored) => [stored.id, stateOf(stored)]);
  const rows = [...known, ...others];
  const width = Math.max(...rows.map(([title = '']) => title.length));
  return rows.map(([title = '', state = '']) => `${title.padEnd(width)}  ${state}`);
}

function describeModel(stored: StoredModel): string[] {
  const { id, model, files, converted } = stored;
  return [
    `${model === undefined ? id : titleOf(model)}: ${stateOf(stored)}`,
    ...(model === undefined ? [] : [`licence ${model.licence}, languages ${model.languages.join(', ') || 'unknown'}`]),
    ...(model === undefined ? [] : describeMemory(model)),
    ...(model?.note === undefined ? [] : [`note: ${model.note}`]),
    ...files.flatMap(({ name, sha256, path }) => [`file ${path ?? `${name} (not here)`}`, `  sha256 ${sha256 ?? 'not pinned'}`]),
    ...(model?.files ?? []).flatMap(({ name, sources }) => sources.map((source) => `source of ${name}: ${describeSource(source)}`)),
    ...converted.map(({ folder, bytes, problem }) => `converted ${folder}, ${formatBytes(bytes)}${problem === undefined ? '' : `, damaged: ${problem}`}`),
  ];
}

const titleOf = ({ id, aliases }: CatalogModel): string => (aliases.length === 0 ? id : `${id} (${aliases.join(', ')})`);
const sizeOf = ({ files, listedBytes }: CatalogModel): number => listedBytes ?? files.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
/** What the engine plans with for one slot of 4,096 tokens. */
const describeMemory = ({ memoryBytes }: CatalogModel): string[] => (memoryBytes === undefined ? [] : [`needs about ${formatBytes(memoryBytes)} of memory`]);

function stateOf({ bytes, converted, files }: StoredModel): string {
  if (bytes === 0) return 'not here';
  const ready = converted.some(({ problem }) => problem === undefined);
  const complete = files.every(({ path }) => path !== undefined);
  return `${formatBytes(bytes)} on disk, ${ready ? 'ready' : complete ? 'downloaded' : 'download begun'}`;
}
