import type { Command } from 'commander';

import type { HistoryState } from '#client';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { ProgressLine } from '../progressLine.js';
import { findConversation, findPeople } from '../lookup.js';
import { withClient } from '../session.js';
import { fields } from '../terminal/fields.js';
import type { Terminal } from '../terminal/terminal.js';
import { wholeNumber } from '../values.js';

export function historyCommand(terminal: Terminal): Command {
  return family(
    'history',
    'Keep what you have read for your other devices, sealed; hand it to people who join later.',
    [stateCommand(terminal), backUpCommand(terminal), restoreCommand(terminal), handOverCommand(terminal)],
  );
}

function stateCommand(terminal: Terminal): Command {
  return vaultCommand('state', 'Say how far the sealed history has come.', 'chancery history state').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      const state = await client.history.state();
      report.result(state, () => stateWords(terminal, state));
    }),
  );
}

function backUpCommand(terminal: Terminal): Command {
  return vaultCommand(
    'backup',
    'Seal and upload now what you have read. Clients do it by themselves, up to 15 minutes later.',
    'chancery history backup',
  ).action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      await client.catchUp();
      await client.history.backUp();
      const state = await client.history.state();
      report.result(state, () => stateWords(terminal, state));
    }),
  );
}

function restoreCommand(terminal: Terminal): Command {
  return vaultCommand(
    'restore',
    'Take over now what your other devices have read, newest first. Clients do it by themselves, a little at a time.',
    'chancery history restore',
  ).action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      const line = new ProgressLine(report);
      await client.catchUp();
      await client.history.restore((missing) => {
        line.show(`${String(missing)} segments are still to come …`);
      });
      line.clear();
      const state = await client.history.state();
      report.result(state, () => stateWords(terminal, state));
    }),
  );
}

interface HandOverFlags extends VaultFlags {
  readonly limit: number;
}

function handOverCommand(terminal: Terminal): Command {
  return vaultCommand(
    'hand-over',
    'Hand earlier messages of a conversation to members who joined later. Every member sees that you did.',
    'chancery history hand-over "Karsu round" "Tomas Brandel" --limit 200',
  )
    .argument('<conversation>', 'name or id, or the beginning of either')
    .argument('<people...>', 'names or ids')
    .option('--limit <number>', 'how many of the newest messages', wholeNumber(1, 10_000), 1000)
    .action(
      withClient<HandOverFlags, [string, string[]]>(terminal, async ({ client, report }, { limit }, wanted, names) => {
        await client.catchUp();
        const { id } = await findConversation(client, wanted);
        const people = await findPeople(client, names);
        const sent = await client.handHistory(
          id,
          people.map((person) => person.id),
          limit,
        );
        report.results(sent, (all) => all.map(({ text }) => text).join('\n'));
      }),
    );
}

function stateWords(terminal: Terminal, { sealed, toUpload, toSeal, toRestore, problem }: HistoryState): string {
  const rows: [string, string][] = [
    ['Sealed here', `${String(sealed)} segments, ${String(toUpload)} of them still to be uploaded`],
    ['To be sealed', `${String(toSeal)} messages`],
    ['To be restored', `${String(toRestore)} segments of your other devices`],
  ];
  const words = fields(terminal, rows);
  return problem ? `${words}\n${terminal.colours.red(`! ${problem.message}`)}` : words;
}
