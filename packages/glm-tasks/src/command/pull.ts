import { Option } from 'commander';
import type { Command } from 'commander';
import { findModel, isRepositoryName, prepareModel, pull, storeRoot } from '@glm-tasks/weights';
import type { Pulled } from '@glm-tasks/weights';
import { describeSource } from './describe-source.ts';
import { freeSpace } from './free-space.ts';
import { createProgress, formatBytes } from './progress.ts';
import type { Shell } from './shell.ts';
import { addCommand } from './subcommand.ts';
import type { CommonOptions } from './subcommand.ts';
import { modelName } from './use-model.ts';

interface PullOptions extends CommonOptions {
  dryRun?: boolean;
  offline?: boolean;
  trustFirst?: boolean;
  precision?: 'auto' | 'source' | '8bit';
}

/** glm-tasks pull: a model by name, downloaded, verified and made ready to run. */
export function addPull(program: Command, shell: Shell): void {
  addCommand(program, 'pull', {
    description: 'Download a model, verify it and make it ready to run',
    examples: ['glm-tasks pull', 'glm-tasks pull small', 'glm-tasks pull small --dry-run', 'glm-tasks pull OWNER/REPOSITORY/FILE.gguf --trust-first', 'glm-tasks pull OWNER/REPOSITORY --trust-first'],
  })
    .argument('[model]', 'catalog id, owner/repository/file.gguf, or owner/repository with safetensors (default: GLM_TASKS_MODEL, or the 1.5B model)')
    .option('--dry-run', 'say what would be downloaded and from where, and do nothing')
    .option('--offline', 'use only what is on this machine')
    .option('--trust-first', 'accept a file whose hash nobody pinned, and pin the hash of what comes')
    .addOption(
      new Option('--precision <kind>', 'keep 16- and 32-bit weights, or make them 8-bit (default: keep below 200 MB)').choices(['source', '8bit']),
    )
    .action(async (model: string | undefined, { json, dryRun, offline, trustFirst, precision }: PullOptions) => {
      const name = modelName(model === undefined ? {} : { model }, shell.env);
      const progress = createProgress(shell);
      const options = {
        signal: shell.signal,
        onProgress: (event: Parameters<typeof progress.show>[0]) => progress.show(event),
        ...(offline ? { offline } : {}),
        ...(trustFirst ? { trustFirst } : {}),
      };
      if (dryRun) {
        const plan = await pull(name, { dryRun, signal: shell.signal });
        shell.stdout.write(json ? `${JSON.stringify(plan)}\n` : await describePlan(plan, shell));
        return;
      }
      try {
        const { folder } = await prepareModel(name, { ...options, ...(precision ? { precision } : {}) });
        const paths = [folder];
        progress.end();
        shell.stdout.write(json ? `${JSON.stringify({ model: isRepositoryName(name) ? name : findModel(name).id, paths })}\n` : `${paths.join('\n')}\n`);
      } finally {
        progress.end();
      }
    });
}

async function describePlan({ model, files, missing }: Pulled, { env }: Shell): Promise<string> {
  const root = storeRoot(env);
  const lines = [`${model.id}  ${model.kind}, licence ${model.licence}, languages ${model.languages.join(', ') || 'unknown'}`];
  for (const { name, bytes, sha256, path, begun, sources } of files) {
    const size = bytes === undefined ? 'size unknown' : formatBytes(bytes);
    const state = path === undefined ? (begun > 0 ? `${formatBytes(begun)} are here already` : 'to download') : 'here';
    lines.push(`${name}  ${size}, ${state}`, `  sha256 ${sha256 ?? 'not pinned: needs --trust-first'}`);
    if (path === undefined) lines.push(...sources.map((source, index) => `  source ${index + 1}: ${describeSource(source)}`));
  }
  lines.push(`${formatBytes(missing)} to download into ${root}, where ${formatBytes(await freeSpace(root))} are free`);
  return `${lines.join('\n')}\n`;
}
