import type { Command } from 'commander';

import type { Power } from '#client';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { findPerson } from '../lookup.js';
import { withClient } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { powers, time } from '../values.js';

export function officerCommand(terminal: Terminal): Command {
  return family('officer', 'Who decides: appoint officers, and end their appointments.', [
    appointCommand(terminal),
    dismissCommand(terminal),
  ]);
}

interface AppointFlags extends VaultFlags {
  readonly power: readonly Power[];
  readonly mayAppoint?: boolean;
  readonly until?: string;
}

function appointCommand(terminal: Terminal): Command {
  return vaultCommand(
    'appoint',
    'Give somebody powers, in place of those held so far: what they sign then is believed by every device.',
    'chancery officer appoint "Mei Tanaka" --power revoke --power witness --until 2027-06-30',
  )
    .argument('<person>', 'name or id')
    .requiredOption('--power <power>', 'assign, clear, enrol, revoke or witness; may be repeated', powers)
    .option('--may-appoint', 'may appoint others, with no more than these powers')
    .option('--until <date>', 'when it ends, for instance 2027-06-30', time)
    .action(
      withClient<AppointFlags, [string]>(terminal, async ({ client, report }, flags, wanted) => {
        await client.catchUp();
        const { id: personId, name } = await findPerson(client, wanted);
        const { power, mayAppoint = false, until } = flags;
        const rest = until === undefined ? {} : { until };
        await client.administration.appoint(personId, { powers: power, mayAppoint, ...rest });
        report.result({ personId, powers: power, mayAppoint, ...rest }, () => `${name}: ${power.join(', ')}`);
      }),
    );
}

function dismissCommand(terminal: Terminal): Command {
  return vaultCommand('dismiss', 'End somebody’s appointment.', 'chancery officer dismiss "Mei Tanaka"')
    .argument('<person>', 'name or id')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, wanted) => {
        await client.catchUp();
        const { id: personId, name } = await findPerson(client, wanted);
        await client.administration.appoint(personId, { powers: [] });
        report.result({ personId, powers: [] }, () => `${name}: no powers`);
      }),
    );
}
