import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';

import type { Command } from 'commander';

import type { MessageView, NewMessage } from '#client';
import type { Precedence } from '#contracts';

import { collect, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import { parseMarking, policyOf } from '../label.js';
import { findConversation } from '../lookup.js';
import { catchUpIfOnline, withClient } from '../session.js';
import type { Session } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { showingTransfers } from '../transferLine.js';
import { precedence } from '../values.js';

interface SendFlags extends VaultFlags {
  readonly file?: string;
  readonly attach?: readonly string[];
  readonly label?: string;
  readonly precedence?: Precedence;
  readonly replyTo?: string;
  readonly replaces?: string;
  readonly stale?: true;
}

export function sendCommand(terminal: Terminal): Command {
  return vaultCommand(
    'send',
    'Send a message to a conversation. Without a connection it waits in the outbox.',
    'chancery send "Karsu round" "The date holds." --precedence immediate',
    'chancery send "Karsu round" --file report.txt',
    'chancery send "Karsu round" "The map." --attach map.pdf --attach annex.xlsx',
  )
    .argument('<conversation>', 'name or id, or the beginning of either')
    .argument('[text...]', 'the message')
    .option('--file <file>', 'take the message from this file, or from standard input with -')
    .option('--attach <file>', 'send this file with the message; may be given several times', collect)
    .option('--label <marking>', "the message's own label; default: the conversation's")
    .option('--precedence <word>', 'routine, priority, immediate or flash', precedence)
    .option('--reply-to <message>', 'id of the message that this one answers')
    .option('--replaces <message>', 'id of your earlier message that this one takes the place of')
    .option(
      '--stale',
      'send though the others were not heard of for long; say so only after asking them by another way',
    )
    .action(
      withClient<SendFlags, [string, string[]]>(terminal, async (session, flags, wanted, words) => {
        const { client, report } = session;
        await catchUpIfOnline(session);
        const conversation = await findConversation(client, wanted);
        const text = await messageText(flags, words);
        const message = { text, ...(await details(session, flags)) };
        if (flags.stale) await client.acceptStale(conversation.id);
        const sent = await sendWithFiles(session, conversation.id, message, flags.attach);
        report.result(sent, () => sentWords(terminal, sent, conversation.name, conversation.members.length));
        if (sent.state === 'refused') throw Object.assign(new Error(sent.problem?.message), sent.problem);
      }),
    );
}

function sendWithFiles(
  { client, report }: Session,
  conversationId: string,
  message: NewMessage,
  files: readonly string[] = [],
): Promise<MessageView> {
  if (files.length === 0) return client.send(conversationId, message);
  const paths = files.map((file) => resolve(file));
  return showingTransfers(report, 'Sending', (onProgress) =>
    client.attachments.send(conversationId, message, paths, onProgress),
  );
}

/** Files without words are named instead, for clients that show words only. */
async function messageText({ file, attach = [] }: SendFlags, words: readonly string[]): Promise<string> {
  if (file === undefined && words.length === 0 && attach.length > 0) {
    return attach.map((path) => basename(path)).join(', ');
  }
  if (file !== undefined && words.length > 0) throw usage('the message was given twice', '--file');
  if (file === undefined && words.length === 0)
    throw usage('there is no message', 'text', 'Write it after the conversation, or name a file with --file.');
  if (file === undefined) return words.join(' ');
  return file === '-' ? readAll(process.stdin) : readFile(file, 'utf8');
}

async function details({ client }: Session, flags: SendFlags): Promise<Omit<NewMessage, 'text'>> {
  return {
    ...(flags.label === undefined ? {} : { label: parseMarking(flags.label, await policyOf(client), '--label') }),
    ...(flags.precedence === undefined ? {} : { precedence: flags.precedence }),
    ...(flags.replyTo === undefined ? {} : { inReplyTo: flags.replyTo }),
    ...(flags.replaces === undefined ? {} : { replaces: flags.replaces }),
  };
}

function sentWords(
  { colours }: Terminal,
  { state, marking, precedence, id }: MessageView,
  name: string,
  people: number,
): string {
  const place = `${name} (${marking}, ${precedence.toLowerCase()}, ${people} people)  ${colours.dim(id)}`;
  if (state === 'accepted') return `${colours.green('accepted')}  ${place}`;
  if (state === 'refused') return `${colours.red('refused')}  ${place}`;
  return `${colours.yellow('waiting')}  ${place}\nThe server cannot be reached. The message is sealed in the outbox and goes out at the next command.`;
}
