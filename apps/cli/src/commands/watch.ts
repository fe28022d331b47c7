import type { Command } from 'commander';

import type { Client, ClientEvent } from '#client';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { findConversation } from '../lookup.js';
import { messageWords } from '../messageWords.js';
import { ProgressLine } from '../progressLine.js';
import { withClient } from '../session.js';
import type { Session } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { isolate, oneLine } from '../terminal/text.js';
import { transferWords } from '../transferLine.js';
import { untilInterrupted } from '../wait.js';

export function watchCommand(terminal: Terminal): Command {
  return vaultCommand(
    'watch',
    'Show messages as they arrive, until Ctrl-C. With --json one event a line.',
    'chancery watch',
    'chancery watch "Karsu round" --json',
  )
    .argument('[conversation]', 'only this one: name or id, or the beginning of either')
    .action(
      withClient<VaultFlags, [string | undefined]>(terminal, async (session, _, wanted) => {
        await session.client.catchUp();
        const only = wanted === undefined ? undefined : (await findConversation(session.client, wanted)).id;
        await watch(session, terminal, only);
      }),
    );
}

async function watch({ client, report }: Session, terminal: Terminal, only: string | undefined): Promise<void> {
  // one after another: an event's words may need a look into the vault, and order matters
  let told = Promise.resolve();
  const line = new ProgressLine(report);
  const stop = await client.watch((event) => {
    if (!concerns(event, only)) return;
    if (event.type === 'transfer' && !report.json) {
      line.show(transferWords('Sending', event.progress));
      return;
    }
    told = told.then(async () => {
      if (report.json) terminal.out(JSON.stringify(event));
      else tell(terminal, await wordsOf(client, terminal, event), line);
    });
  });
  report.note(terminal.colours.dim('Watching. Ctrl-C ends it.'));
  await untilInterrupted();
  await stop();
  await told;
  line.clear();
}

function concerns(event: ClientEvent, only: string | undefined): boolean {
  if (only === undefined || event.type === 'connection') return true;
  if (event.type === 'message') return event.message.conversationId === only;
  return 'conversationId' in event && event.conversationId === only;
}

function tell(terminal: Terminal, words: string | undefined, line: ProgressLine): void {
  if (words === undefined) return;
  line.clear();
  terminal.out(words);
}

async function wordsOf(client: Client, terminal: Terminal, event: ClientEvent): Promise<string | undefined> {
  const { colours } = terminal;
  if (event.type === 'connection')
    return colours.dim(event.state === 'connected' ? '· connected' : '· offline; what is written waits');
  if (event.type === 'problem') return colours.red(`! ${event.problem.message}`);
  if (event.type === 'approval') return colours.yellow('· an act of two officers has changed: chancery approvals list');
  if (event.type === 'campaign') return colours.yellow(campaignWords(event));
  if (event.type !== 'message') return undefined;
  const { name } = await client.conversation(event.message.conversationId);
  return `${colours.cyan(isolate(oneLine(name)))}\n${messageWords(terminal, event.message)}`;
}

function campaignWords({ deadline }: Extract<ClientEvent, { type: 'campaign' }>): string {
  const until = deadline === undefined ? '' : ` until ${deadline.slice(0, 16).replace('T', ' ')}`;
  return `· this device has to change its keys${until}: stay online for a while`;
}
