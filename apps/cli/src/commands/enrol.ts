import { hostname } from 'node:os';
import { resolve } from 'node:path';

import type { Command } from 'commander';

import { hasCode } from '#client';
import type { Client, Identity } from '#client';
import { enrolDevice } from '#client/node';

import { memoryOption, newVaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { newPassphrase } from '../passphrase.js';
import { withReport } from '../session.js';
import { recoverySheet } from './recover.js';
import type { Terminal } from '../terminal/terminal.js';
import { wholeNumber } from '../values.js';
import { pollUntil } from '../wait.js';

interface EnrolFlags extends VaultFlags {
  readonly device: string;
  readonly argon2Mib: number;
  readonly wait?: boolean;
  readonly seconds: number;
}

export function enrolCommand(terminal: Terminal): Command {
  return newVaultCommand(
    'enrol',
    'Enrol this device with a one-time link: makes the vault, its keys never leave it.',
    'chancery enrol "https://chancery.example/enrol#…" --device "Laptop, residence" --wait',
  )
    .argument('<link>', 'the enrolment link from your security officer, in quotes')
    .option('--device <name>', 'name of this device', hostname())
    .option('--wait', 'stay until the officer has completed the enrolment')
    .option('--seconds <number>', 'how long to wait', wholeNumber(1, 86_400), 3600)
    .addOption(memoryOption())
    .action(
      withReport<EnrolFlags, [string]>(terminal, async (report, flags, link) => {
        const passphrase = await newPassphrase(terminal, flags);
        const { vault: folder, device: deviceName, argon2Mib: memoryMiB } = flags;
        const client = await enrolDevice({ folder, passphrase, memoryMiB, link, deviceName });
        try {
          if (flags.wait === true) await waitForOfficer(client, flags.seconds);
          const identity = await client.whoami();
          const recoveryCode =
            identity.state === 'enrolled' ? await client.recovery.renew({ memoryMiB: flags.argon2Mib }) : undefined;
          const result = { ...identity, vault: resolve(folder), ...(recoveryCode && { recoveryCode }) };
          report.result(result, () => words(terminal, identity, folder, recoveryCode));
        } finally {
          await client.close();
        }
      }),
    );
}

async function waitForOfficer(client: Client, seconds: number): Promise<void> {
  await pollUntil(seconds, async () => {
    try {
      await client.catchUp();
      return true;
    } catch (error) {
      if (hasCode(error, 'UNAUTHENTICATED')) return undefined;
      throw error;
    }
  });
}

function words(terminal: Terminal, identity: Identity, vault: string, recoveryCode: string | undefined): string {
  const { colours } = terminal;
  const { personName, ministryName, state } = identity;
  const first = `${colours.bold(personName)}, ${ministryName}: the vault ${vault} is made.`;
  const next =
    state === 'enrolled'
      ? 'The enrolment is complete. Next: chancery whoami'
      : 'Tell your security officer that you have used the link. When the enrolment is complete, chancery whoami says so; then: chancery recovery new';
  return [first, next, ...(recoveryCode === undefined ? [] : ['', recoverySheet(terminal, recoveryCode)])].join('\n');
}
