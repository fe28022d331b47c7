import type { Command } from 'commander';

import type { Client, ServerKeyView } from '#client';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

export function serverKeysCommand(terminal: Terminal): Command {
  return family('server-keys', "The server's signing keys, which count only as officers' statements name them.", [
    vaultCommand(
      'show',
      "List the server's keys and what the directory says of them.",
      'chancery server-keys show',
    ).action(
      withClient<VaultFlags>(terminal, async ({ client, report }) => {
        await client.catchUp();
        report.results(await client.log.serverKeys(), (keys) => keyTable(terminal, keys));
      }),
    ),
    adoptCommand(terminal),
    rotateCommand(terminal),
  ]);
}

/** An alarm about an unsigned log is what this command may be there to end. */
function adoptCommand(terminal: Terminal): Command {
  return vaultCommand(
    'adopt',
    'Name the keys that the server holds, where the directory names none of them: after an upgrade, or when its key file was lost.',
    'chancery server-keys adopt',
  ).action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      const adopted = await client.log.adoptServerKeys();
      report.results(adopted, (keys) =>
        keys.length === 0 ? 'The directory names the keys of the server already.' : keyTable(terminal, keys),
      );
    }),
  );
}

function rotateCommand(terminal: Terminal): Command {
  return vaultCommand(
    'rotate',
    'Have the server make a new key and name it; the one before stays valid for seven days.',
    'chancery server-keys rotate log',
  )
    .argument('<purpose>', 'log or delivery', purposeOf)
    .action(
      withClient<VaultFlags, [Parameters<Client['log']['rotateServerKey']>[0]]>(
        terminal,
        async ({ client, report }, _, purpose) => {
          await client.catchUp();
          const key = await client.log.rotateServerKey(purpose);
          report.result({ ...key, state: 'current' }, () => `The server signs with a new ${purpose} key.\n${key.key}`);
        },
      ),
    );
}

function purposeOf(text: string): ServerKeyView['purpose'] {
  if (text === 'log' || text === 'delivery') return text;
  throw usage(`"${text}" is no purpose of a key`, 'purpose', 'Name log or delivery.');
}

function keyTable(terminal: Terminal, keys: readonly ServerKeyView[]): string {
  return table(
    terminal,
    [
      { title: 'Purpose', of: ({ purpose }) => purpose },
      { title: 'State', of: ({ state }) => STATES[state] },
      { title: 'Key', of: ({ key }) => key, flexible: true },
    ],
    keys,
    'The server holds no key.',
  );
}

const STATES: Readonly<Record<ServerKeyView['state'], string>> = {
  pending: 'waits for a statement',
  current: 'in force',
  overlap: 'replaced, valid for some days',
  ended: 'no longer valid',
};
