import type { Command } from 'commander';

import type { MessageView } from '#client';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import { findConversation } from '../lookup.js';
import { catchUpIfOnline, withClient } from '../session.js';
import type { Session } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';

interface ReactFlags extends VaultFlags {
  readonly withdraw?: true;
  readonly acknowledge?: true;
}

export function reactCommand(terminal: Terminal): Command {
  return vaultCommand(
    'react',
    'Give a message a sign that all members see, or acknowledge it.',
    'chancery react "Karsu round" 019a5c2e-8f00-7abc-8def-0123456789ab 👍',
    'chancery react "Karsu round" 019a5c2e-8f00-7abc-8def-0123456789ab --acknowledge',
  )
    .argument('<conversation>', 'name or id, or the beginning of either')
    .argument('<message>', 'id of the message, as `chancery read --json` shows it')
    .argument('[sign]', 'one emoji')
    .option('--withdraw', 'take the sign back')
    .option('--acknowledge', 'say that you have taken note of the message, and act on it')
    .action(
      withClient<ReactFlags, [string, string, string | undefined]>(terminal, async (session, flags, ...asked) => {
        const { report } = session;
        const sent = await respond(session, flags, ...asked);
        report.result(sent, () => `${sent.state}  ${sent.id}`);
      }),
    );
}

async function respond(
  session: Session,
  { acknowledge, withdraw }: ReactFlags,
  wanted: string,
  messageId: string,
  sign?: string,
): Promise<MessageView> {
  if ((sign === undefined) !== (acknowledge === true)) throw usage('name a sign, or --acknowledge', 'sign');
  const { client } = session;
  await catchUpIfOnline(session);
  const { id } = await findConversation(client, wanted);
  return sign === undefined ? client.acknowledge(id, messageId) : client.react(id, messageId, sign, withdraw === true);
}

export function editCommand(terminal: Terminal): Command {
  return vaultCommand(
    'edit',
    'Change the words of a message of yours. Every member sees that, and every wording.',
    'chancery edit "Karsu round" 019a5c2e-8f00-7abc-8def-0123456789ab "The date is moved."',
  )
    .argument('<conversation>', 'name or id, or the beginning of either')
    .argument('<message>', 'id of the message, as `chancery read --json` shows it')
    .argument('<text...>', 'the new words')
    .action(
      withClient<VaultFlags, [string, string, string[]]>(terminal, async (session, _flags, wanted, id, words) => {
        const { client, report } = session;
        await catchUpIfOnline(session);
        const conversation = await findConversation(client, wanted);
        const sent = await client.edit(conversation.id, id, { text: words.join(' ') });
        report.result(sent, () => `${sent.state}  ${sent.id}`);
      }),
    );
}
