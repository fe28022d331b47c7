import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';

import type { Command } from 'commander';

import type { RecoveryRequestView } from '#client';
import { beginRecovery, resumeRecovery } from '#client/node';
import type { RecoveringDevice } from '#client/node';

import { family, memoryOption, newVaultCommand, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import { newPassphrase, passphraseFor } from '../passphrase.js';
import { withClient, withReport } from '../session.js';
import { askLine } from '../terminal/prompt.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { wholeNumber } from '../values.js';
import { pollUntil } from '../wait.js';

interface RecoverFlags extends VaultFlags {
  readonly server?: string;
  readonly device: string;
  readonly argon2Mib: number;
  readonly seconds: number;
  readonly keepDevices?: boolean;
}

export function recoverCommand(terminal: Terminal): Command {
  return newVaultCommand(
    'recover',
    'Come back without any device, by your recovery code and an officer. Run it again, with the same vault, to go on.',
    'chancery recover --server https://chancery.example --device "New laptop" --vault ./new-laptop',
  )
    .option('--server <url>', 'address of the server; not needed to go on')
    .option('--device <name>', 'name of this device', hostname())
    .option('--keep-devices', 'do not revoke your other devices')
    .option('--seconds <number>', 'how long to wait for the officer', wholeNumber(0, 86_400), 0)
    .addOption(memoryOption())
    .action(
      withReport<RecoverFlags>(terminal, async (report, flags) => {
        const recovering = await (isBegun(flags) ? resume(terminal, flags) : begin(terminal, flags));
        const { number } = recovering;
        const keepDevices = flags.keepDevices === true;
        const client = await pollUntil(flags.seconds, () => recovering.finish({ keepDevices }));
        if (!client) {
          await recovering.close();
          report.result({ number, state: 'waiting' }, () => waitingWords(terminal, number));
          return;
        }
        try {
          const identity = await client.whoami();
          const result = { ...identity, vault: resolve(flags.vault) };
          report.result(result, () => `Welcome back, ${identity.personName}. Next: chancery recovery new`);
        } finally {
          await client.close();
        }
      }),
    );
}

export function recoveryCommand(terminal: Terminal): Command {
  return family('recovery', 'The way back when no device is left: your own code; for officers, requests of others.', [
    newCodeCommand(terminal),
    requestsCommand(terminal),
    decisionCommand(terminal, 'approve', 'Let somebody come back. Compare the number by voice first.'),
    decisionCommand(terminal, 'refuse', 'Refuse somebody who asks to come back.'),
  ]);
}

interface NewCodeFlags extends VaultFlags {
  readonly argon2Mib: number;
}

function newCodeCommand(terminal: Terminal): Command {
  return vaultCommand(
    'new',
    'Make a recovery code and print it, once. The code before it is void from then on.',
    'chancery recovery new',
  )
    .addOption(memoryOption())
    .action(
      withClient<NewCodeFlags>(terminal, async ({ client, report }, { argon2Mib }) => {
        await client.catchUp();
        const code = await client.recovery.renew({ memoryMiB: argon2Mib });
        report.result({ code }, () => recoverySheet(terminal, code));
      }),
    );
}

function requestsCommand(terminal: Terminal): Command {
  return vaultCommand('list', 'List who waits for an officer to come back.', 'chancery recovery list').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      await client.catchUp();
      report.results(await client.recovery.requests(), (requests) => requestTable(terminal, requests));
    }),
  );
}

function decisionCommand(terminal: Terminal, name: 'approve' | 'refuse', description: string): Command {
  return vaultCommand(name, description, `chancery recovery ${name} 481920`)
    .argument('<number>', "the six digits on the person's screen")
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, number) => {
        await client.catchUp();
        const wanted = number.replace(/\s/gu, '');
        const request = (await client.recovery.requests()).find((one) => one.number === wanted);
        if (!request)
          throw usage('nobody who waits has this number on the screen', 'number', 'See chancery recovery list.');
        await client.recovery[name](request.id);
        const said = name === 'approve' ? 'may come back' : 'was refused';
        report.result({ ...request, decision: name }, () => `${request.personName} ${said}.`);
      }),
    );
}

const isBegun = ({ vault }: RecoverFlags): boolean => existsSync(join(vault, 'vault.json'));

async function resume(terminal: Terminal, flags: RecoverFlags): Promise<RecoveringDevice> {
  return resumeRecovery({ folder: flags.vault, passphrase: await passphraseFor(terminal, flags) });
}

async function begin(terminal: Terminal, flags: RecoverFlags): Promise<RecoveringDevice> {
  const { server, device: deviceName, vault: folder, argon2Mib: memoryMiB } = flags;
  if (server === undefined) throw usage('the address of the server is needed', '--server');
  const passphrase = await newPassphrase(terminal, flags);
  const code = process.env['CHANCERY_RECOVERY_CODE'] ?? (await askLine('Recovery code: ')) ?? '';
  return beginRecovery({ server, deviceName, folder, passphrase, memoryMiB, code });
}

const waitingWords = ({ colours }: Terminal, number: string): string =>
  [
    `Call your security officer and read out this number:  ${colours.bold(`${number.slice(0, 3)} ${number.slice(3)}`)}`,
    'When the officer has approved, run the same command again.',
  ].join('\n');

/** What the person keeps on paper. */
export function recoverySheet({ colours }: Terminal, code: string): string {
  const groups = code.split('-');
  const lines = [0, 3, 6].map((first) => `  ${colours.bold(groups.slice(first, first + 3).join('  '))}`);
  return [
    'Your recovery code. Write it down and keep it away from your devices; it is shown once:',
    '',
    ...lines,
    '',
    'With it and the approval of an officer you come back when no device is left.',
  ].join('\n');
}

function requestTable(terminal: Terminal, requests: readonly RecoveryRequestView[]): string {
  return table(
    terminal,
    [
      { title: 'Number', of: ({ number }) => number, paint: terminal.colours.bold },
      { title: 'Person', of: ({ personName }) => personName, flexible: true },
      { title: 'Device', of: ({ deviceName }) => deviceName, flexible: true },
      { title: 'Since', of: ({ requestedAt }) => requestedAt.slice(0, 16).replace('T', ' ') },
    ],
    requests,
    'Nobody waits.',
  );
}
