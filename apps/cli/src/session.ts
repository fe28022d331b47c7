import { hasCode, LOG_ALARM_CODES } from '#client';
import type { Client } from '#client';
import { openClient } from '#client/node';

import type { Flags, VaultFlags } from './command.js';
import { passphraseFor } from './passphrase.js';
import { Report } from './report.js';
import type { Terminal } from './terminal/terminal.js';

/** What the action of a command works with. */
export interface Session {
  readonly client: Client;
  readonly report: Report;
}

type Action<Context, Arguments extends readonly unknown[], Options> = (
  context: Context,
  options: Options,
  ...operands: Arguments
) => Promise<void>;
// what commander calls: operands, options, command
type CommanderAction = (...parameters: unknown[]) => Promise<void>;

/** The action of a command that needs no vault. */
export function withReport<Options extends Flags, Arguments extends readonly unknown[] = []>(
  terminal: Terminal,
  action: Action<Report, Arguments, Options>,
): CommanderAction {
  return async (...parameters) => {
    const options = parameters.at(-2) as Options;
    const operands = parameters.slice(0, -2) as unknown as Arguments;
    await action(new Report(terminal, options.json === true), options, ...operands);
  };
}

/** The action of a command on an open vault, which is closed at the end whatever happens. */
export function withClient<Options extends VaultFlags, Arguments extends readonly unknown[] = []>(
  terminal: Terminal,
  action: Action<Session, Arguments, Options>,
): CommanderAction {
  return withReport<Options, Arguments>(terminal, async (report, options, ...operands) => {
    const passphrase = await passphraseFor(terminal, options);
    const { vault: folder, server } = options;
    const client = await openClient({ folder, passphrase, ...(server === undefined ? {} : { server }) });
    try {
      await action({ client, report }, options, ...operands);
      await warnOfLosses({ client, report });
    } finally {
      await client.close();
    }
  });
}

/** Once the server's audit trail has lost what this device has done, every command says so, until the person has seen to it. */
async function warnOfLosses({ client, report }: Session): Promise<void> {
  const { lost } = await client.audit.memory();
  if (lost.length === 0) return;
  const words =
    "The server's audit trail no longer holds what this device has done. Tell the auditor: chancery audit seen";
  report.note(report.terminal.colours.red(words));
}

/**
 * Brings the vault up to date; without a connection, or while an alarm about the log stands, the command goes on
 * with what the vault holds, and says so.
 */
export async function catchUpIfOnline({ client, report }: Session): Promise<void> {
  try {
    await client.catchUp();
  } catch (error) {
    if (hasCode(error, ...LOG_ALARM_CODES)) {
      report.note(report.terminal.colours.red(`${error.message} ${error.remedy}`));
      return;
    }
    if (!hasCode(error, 'OFFLINE', 'SERVER_UNREACHABLE')) throw error;
    report.note(report.terminal.colours.yellow('Offline: the server cannot be reached. This is what the vault holds.'));
  }
}
