import { Option } from 'commander';
import type { Command } from 'commander';
import { convertToFolder } from '@glm-tasks/weights';
import { createProgress } from './progress.ts';
import type { Shell } from './shell.ts';
import { addCommand } from './subcommand.ts';
import type { CommonOptions } from './subcommand.ts';

interface ConvertOptions extends CommonOptions {
  out: string;
  adapter?: string;
  precision?: 'source' | '8bit';
}

/** glm-tasks convert: a checkpoint of one's own, made into a folder that runs here and in transformers.js. */
export function addConvert(program: Command, shell: Shell): void {
  addCommand(program, 'convert', {
    description: 'Convert a .gguf file or a checkpoint folder of the Hub to a folder that runs here and in transformers.js',
    examples: ['glm-tasks convert model.gguf --out model', 'glm-tasks convert my-checkpoint --adapter my-lora --out my-model', 'glm-tasks generate -m ./my-model "Say hello."'],
  })
    .argument('<file>', '.gguf file, or folder with config.json, tokenizer.json and *.safetensors')
    .requiredOption('--out <folder>', 'where to put it: a folder that does not exist yet')
    .option('--adapter <path>', 'merge a LoRA adapter: a PEFT folder or a .gguf file')
    .addOption(new Option('--precision <kind>', 'keep 16- and 32-bit weights, or make them 8-bit (default: keep below 200 MB)').choices(['source', '8bit']))
    .action(async (file: string, { json, out, adapter, precision }: ConvertOptions) => {
      const progress = createProgress(shell);
      const options = {
        signal: shell.signal,
        onProgress: (event: Parameters<typeof progress.show>[0]) => progress.show(event),
        ...(adapter === undefined ? {} : { adapter }),
        ...(precision === undefined ? {} : { precision }),
      };
      const { folder } = await convertToFolder(file, out, options).finally(() => progress.end());
      shell.stdout.write(json ? `${JSON.stringify({ folder })}\n` : `${folder}\n`);
    });
}
