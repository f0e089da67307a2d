import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { createKnowledge, createServiceDesk, loadKnowledge, readDeskSettings } from '@glm-tasks/answer';
import type { DeskReply, Knowledge, ServiceDesk } from '@glm-tasks/answer';
import type { Command } from 'commander';
import { readText } from './read-text.ts';
import { canRedraw, paint } from './shell.ts';
import type { Shell } from './shell.ts';
import { addCommand, addModelOptions } from './subcommand.ts';
import type { CommonOptions } from './subcommand.ts';
import { useModel } from './use-model.ts';
import type { ModelChoice } from './use-model.ts';

interface ChatOptions extends CommonOptions, ModelChoice {
  knowledge: string[];
  desk?: string;
  quotes?: boolean;
}

/** glm-tasks chat: a conversation with a service desk, a line a turn. */
export function addChat(program: Command, shell: Shell): void {
  const command = addCommand(program, 'chat', {
    description: 'Talk to a service desk that answers from your documents and FAQs',
    examples: ['glm-tasks chat --knowledge faq.json guide.md', 'glm-tasks chat --knowledge shop.knowledge --desk desk.json --quotes', 'echo "多久能发货？" | glm-tasks chat --knowledge faq.csv --json'],
  });
  addModelOptions(command)
    .requiredOption('-k, --knowledge <files...>', 'FAQs (JSON, CSV) and documents (text, Markdown, HTML), or one file that a knowledge was saved in')
    .option('--desk <file>', 'JSON with the intents, slots, policies, handover and texts of the desk')
    .option('--quotes', 'show below an answer what it stands on')
    .addHelpText('after', '\nAn empty line is passed over; /quit or Ctrl-D ends the conversation.')
    .action((options: ChatOptions) => chat(options, shell));
}

async function chat(options: ChatOptions, shell: Shell): Promise<void> {
  const knowledge = await openKnowledge(options.knowledge, shell);
  const settings = options.desk === undefined ? {} : readDeskSettings(await readText(options.desk, shell), options.desk);
  await useModel(shell, options, (model) => talk(createServiceDesk({ model, knowledge, ...settings }), options, shell));
}

/** A saved knowledge begins with a line that says so. */
async function openKnowledge(files: readonly string[], shell: Shell): Promise<Knowledge> {
  const texts: { source: string; text: string }[] = [];
  for (const file of files) texts.push({ source: file, text: await readText(file, shell) });
  const [saved] = files;
  if (saved !== undefined && files.length === 1 && texts[0]?.text.startsWith('{"glm-tasks":"knowledge"')) return loadKnowledge(saved, { signal: shell.signal });
  const names = new Set(files.map((file) => basename(file)));
  const sources = texts.map(({ source, text }) => ({ source: names.size === files.length ? basename(source) : source, text }));
  return createKnowledge(sources, { signal: shell.signal });
}

async function talk(desk: ServiceDesk, { json, quotes }: ChatOptions, shell: Shell): Promise<void> {
  const lines = createInterface({ input: shell.stdin, signal: shell.signal });
  const askForLine = () => {
    if (canRedraw(shell) && !json) shell.stderr.write('> ');
  };
  askForLine();
  for await (const line of lines) {
    const text = line.trim();
    if (text === '/quit') break;
    if (text !== '') {
      const reply = await desk.reply({ sessionId: 'terminal', text, signal: shell.signal });
      if (json) shell.stdout.write(`${JSON.stringify(reply)}\n`);
      else printReply(reply, shell, quotes === true);
    }
    askForLine();
  }
}

function printReply({ text, quotes, ticket, status }: DeskReply, shell: Shell, showQuotes: boolean): void {
  shell.stdout.write(`${text}\n`);
  const notes = showQuotes ? quotes.map(({ source, start, end, text }) => `${source} ${start}-${end}: ${text}`) : [];
  if (status === 'handover' && ticket) notes.push(`ticket ${ticket.id} (${ticket.reason})`, ...ticket.summary.split('\n'));
  for (const note of notes) shell.stderr.write(`${paint(shell, 'dim', `  ${note}`)}\n`);
}
