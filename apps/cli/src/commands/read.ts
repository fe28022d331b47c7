import type { Command } from 'commander';

import { hasCode } from '#client';
import type { Client, ConversationView, MessageView, PageRequest, ReceiptView } from '#client';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { findConversation } from '../lookup.js';
import { dayOf, messageWords } from '../messageWords.js';
import { catchUpIfOnline, withClient } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { isolate, oneLine } from '../terminal/text.js';
import { wholeNumber } from '../values.js';

interface ReadFlags extends VaultFlags {
  readonly limit: number;
  readonly before?: number;
  readonly after?: number;
  readonly peek?: boolean;
}

export function readCommand(terminal: Terminal): Command {
  const place = wholeNumber(0, Number.MAX_SAFE_INTEGER);
  return vaultCommand(
    'read',
    'Read a conversation: its newest messages, decrypted on this device.',
    'chancery read "Karsu round"',
    'chancery read "Karsu round" --limit 200 --json',
  )
    .argument('<conversation>', 'name or id, or the beginning of either')
    .option('--limit <number>', 'how many messages', wholeNumber(1, 500), 50)
    .option('--before <place>', 'only messages before this place', place)
    .option('--after <place>', 'only messages after this place, oldest first', place)
    .option('--peek', 'do not tell the others that you have read them')
    .action(
      withClient<ReadFlags, [string]>(terminal, async (session, flags, wanted) => {
        const { client, report } = session;
        await catchUpIfOnline(session);
        const conversation = await findConversation(client, wanted);
        const { messages } = await client.messages(conversation.id, pageOf(flags));
        const receipts = report.json ? [] : await receiptsIfOnline(client, conversation.id);
        report.results(messages, (all) => conversationWords(terminal, conversation, all, receipts));
        if (flags.peek !== true) await markReadIfOnline(client, conversation.id, messages);
      }),
    );
}

function pageOf({ limit, before, after }: ReadFlags): PageRequest {
  return { limit, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

async function receiptsIfOnline(client: Client, id: string): Promise<readonly ReceiptView[]> {
  return client.receipts(id).catch(ignoreOffline([]));
}

async function markReadIfOnline(client: Client, id: string, messages: readonly MessageView[]): Promise<void> {
  const newest = messages.findLast(({ seq }) => seq !== undefined)?.seq;
  if (newest !== undefined) await client.markRead(id, newest).catch(ignoreOffline(undefined));
}

/** Receipts are a courtesy: reading goes on without a connection. */
function ignoreOffline<Value>(instead: Value): (error: unknown) => Value {
  return (error) => {
    if (hasCode(error, 'OFFLINE', 'SERVER_UNREACHABLE')) return instead;
    throw error;
  };
}

function conversationWords(
  terminal: Terminal,
  conversation: ConversationView,
  messages: readonly MessageView[],
  receipts: readonly ReceiptView[],
): string {
  const { colours } = terminal;
  const { marking, name, members, problem } = conversation;
  const lines = [
    `${colours.inverse(` ${marking} `)}  ${colours.bold(isolate(oneLine(name)))}  ${colours.dim(`${members.length} people`)}`,
  ];
  if (problem) lines.push(colours.red(`! ${problem.message}`));
  let shownDay = '';
  for (const message of messages) {
    const today = dayOf(message.sentAt);
    if (today !== shownDay) lines.push('', colours.dim(`── ${today} ──`));
    shownDay = today;
    lines.push('', messageWords(terminal, message, receipts));
  }
  if (messages.length === 0) lines.push('', colours.dim('Nothing has been written yet.'));
  return lines.join('\n');
}
