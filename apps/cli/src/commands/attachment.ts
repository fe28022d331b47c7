import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

import type { Command } from 'commander';

import type { SaveOptions } from '#client';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { findConversation } from '../lookup.js';
import { catchUpIfOnline, withClient } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { isolate, oneLine } from '../terminal/text.js';
import { showingTransfers } from '../transferLine.js';

interface SaveFlags extends VaultFlags {
  readonly out?: string;
  readonly attachment?: string;
  readonly conversation?: string;
}

export function attachmentCommand(terminal: Terminal): Command {
  return family('attachment', 'Save the files that came with messages; go on sending your own.', [
    saveCommand(terminal),
    resumeCommand(terminal),
  ]);
}

function saveCommand(terminal: Terminal): Command {
  return vaultCommand(
    'save',
    'Save the files of a message, decrypted and verified. After an interruption the same command goes on.',
    'chancery attachment save 019a5c2e-8f00-7abc-8def-0123456789ab --out ~/Documents/',
  )
    .argument('<message>', 'id of the message, as `chancery read` shows it')
    .option('--out <path>', 'folder, or a name for a single file; default: the current folder')
    .option('--attachment <id>', 'only this file of the message')
    .option('--conversation <conversation>', 'name or id, where several have a message of this id')
    .action(
      withClient<SaveFlags, [string]>(terminal, async (session, flags, messageId) => {
        const { client, report } = session;
        await catchUpIfOnline(session);
        const { attachment: attachmentId, conversation } = flags;
        const options: SaveOptions = {
          ...(await placeOf(flags.out)),
          ...(attachmentId !== undefined && { attachmentId }),
          ...(conversation !== undefined && { conversationId: (await findConversation(client, conversation)).id }),
        };
        const paths = await showingTransfers(report, 'Saving', (onProgress) =>
          client.attachments.save(messageId, options, onProgress),
        );
        const saved = paths.map((path) => ({ path }));
        report.results(saved, () => paths.map((path) => `saved  ${isolate(oneLine(path))}`).join('\n'));
      }),
    );
}

function resumeCommand(terminal: Terminal): Command {
  return vaultCommand(
    'resume',
    'Go on with files that were interrupted on their way, and send their messages.',
    'chancery attachment resume',
  ).action(
    withClient<VaultFlags>(terminal, async (session) => {
      const { client, report } = session;
      await client.catchUp();
      const sent = await showingTransfers(report, 'Sending', (onProgress) => client.attachments.resume(onProgress));
      report.results(sent, () =>
        sent.length === 0 ? 'Nothing waits.' : sent.map(({ id }) => `sent  ${id}`).join('\n'),
      );
    }),
  );
}

/** What is a folder, or is written like one, takes the files under their own names. */
async function placeOf(out = '.'): Promise<Pick<SaveOptions, 'folder' | 'name'>> {
  const path = resolve(out);
  const isFolder = /[/\\]$/u.test(out) || ((await stat(path).catch(() => undefined))?.isDirectory() ?? false);
  return isFolder ? { folder: path } : { folder: dirname(path), name: basename(path) };
}
