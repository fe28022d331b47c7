import { hostname } from 'node:os';
import { resolve } from 'node:path';

import type { Command } from 'commander';

import { ChanceryError } from '#client';
import type { OwnDevice, PairingApproval, ShortAuthentication } from '#client';
import { requestPairing } from '#client/node';

import { family, memoryOption, newVaultCommand, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { choose, shortId } from '../lookup.js';
import { newPassphrase } from '../passphrase.js';
import { requireQrFile, showQr, withQrOptions } from '../qrOptions.js';
import type { QrFlags } from '../qrOptions.js';
import { withClient, withReport } from '../session.js';
import { askLine } from '../terminal/prompt.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { pollUntil } from '../wait.js';

/** A code holds for ten minutes. */
const SECONDS = 600;
/** The new device installs what it was given; then it can come into the conversations. */
const INSTALL_SECONDS = 60;

export function deviceCommand(terminal: Terminal): Command {
  return family('device', 'Your own devices: bring in another one, list them, call them something else.', [
    requestCommand(terminal),
    approveCommand(terminal),
    listCommand(terminal),
    renameCommand(terminal),
  ]);
}

interface RequestFlags extends VaultFlags, QrFlags {
  readonly server: string;
  readonly device: string;
  readonly argon2Mib: number;
}

function requestCommand(terminal: Terminal): Command {
  return withQrOptions(
    newVaultCommand(
      'request',
      'On a new device: make a vault with the help of a device that you have. Shows a code to enter there.',
      'chancery device request --server https://chancery.example --device "Telephone" --vault ./telephone --qr',
    ),
  )
    .requiredOption('--server <url>', 'address of the server')
    .option('--device <name>', 'name of this device', hostname())
    .addOption(memoryOption())
    .action(
      withReport<RequestFlags>(terminal, async (report, flags) => {
        requireQrFile(flags);
        const passphrase = await newPassphrase(terminal, flags);
        const { server, device: deviceName, vault: folder, argon2Mib: memoryMiB } = flags;
        const fresh = await requestPairing({ server, deviceName });
        const { code, text, expiresAt } = fresh;
        report.result({ code, text, expiresAt }, () => codeWords(terminal, code, text));
        await showQr(report, flags, text);
        const answered = await patiently(() => fresh.answered());
        const { digits, words, personName } = answered;
        report.result({ digits, words, personName }, () => `For ${personName}:\n${shownWords(terminal, answered)}`);
        await requireSame(fresh);
        const client = await patiently(() => fresh.install({ folder, passphrase, memoryMiB }));
        try {
          const identity = await client.whoami();
          report.result({ ...identity, vault: resolve(folder) }, () => installedWords(terminal, folder));
        } finally {
          await client.close();
        }
      }),
    );
}

function approveCommand(terminal: Terminal): Command {
  return vaultCommand(
    'approve',
    'On a device that you have: bring in a new one by the code on its screen.',
    'chancery device approve 7K2M-9QXD',
  )
    .argument('<code>', 'the code, or the text of its QR code in quotes')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, code) => {
        await client.catchUp();
        const approval = await client.devices.approve(code);
        const revealed = await patiently(() => approval.revealed());
        const { digits, words, deviceName } = revealed;
        report.result({ digits, words, deviceName }, () => `${deviceName}:\n${shownWords(terminal, revealed)}`);
        await requireSame(approval);
        const deviceId = await approval.approve();
        const installed = await awaitInstallation(approval);
        await client.catchUp();
        report.result({ deviceId, deviceName, installed }, () => approvedWords(terminal, deviceName, installed));
      }),
    );
}

function listCommand(terminal: Terminal): Command {
  return vaultCommand('list', 'List your own devices.', 'chancery device list').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      await client.catchUp();
      report.results(await client.devices.list(), (devices) => deviceTable(terminal, devices));
    }),
  );
}

function renameCommand(terminal: Terminal): Command {
  return vaultCommand(
    'rename',
    'Call one of your devices something else.',
    'chancery device rename "Telephone" "Red telephone"',
  )
    .argument('<device>', 'id or name')
    .argument('<name>', 'the new name')
    .action(
      withClient<VaultFlags, [string, string]>(terminal, async ({ client, report }, _, wanted, name) => {
        await client.catchUp();
        const { id } = choose('device', wanted, await client.devices.list());
        await client.devices.rename(id, name);
        report.result({ deviceId: id, name }, () => `It is called ${name} now.`);
      }),
    );
}

/** Until the other device has done its part. */
async function patiently<Answer>(ask: () => Promise<Answer | undefined>): Promise<Answer> {
  const answer = await pollUntil(SECONDS, ask);
  if (answer !== undefined) return answer;
  throw new ChanceryError('PAIRING_EXPIRED', 'The other device has not answered in ten minutes.');
}

/** Nothing but a typed yes goes on. */
async function requireSame(pairing: { refuse(): Promise<void> }): Promise<void> {
  const answer = await askLine('Do both screens show the same number and words? Type yes or no: ');
  if (answer?.toLowerCase() === 'yes') return;
  await pairing.refuse();
  throw new ChanceryError(
    'PAIRING_INVALID',
    'You did not say that both screens show the same. Nothing was handed over.',
  );
}

async function awaitInstallation(approval: PairingApproval): Promise<boolean> {
  const isInstalled = async (): Promise<true | undefined> => ((await approval.isInstalled()) ? true : undefined);
  return (await pollUntil(INSTALL_SECONDS, isInstalled)) === true;
}

const codeWords = ({ colours }: Terminal, code: string, text: string): string =>
  [
    `Enter on a device that you have:  ${colours.bold(`chancery device approve ${code}`)}`,
    colours.dim(text),
    'The code holds for ten minutes.',
  ].join('\n');

const shownWords = ({ colours }: Terminal, { digits, words }: ShortAuthentication): string =>
  `  ${colours.bold(`${digits.slice(0, 3)} ${digits.slice(3)}`)}   ${words.join(' ')}`;

const installedWords = ({ colours }: Terminal, folder: string): string =>
  `${colours.bold('This is one of your devices now.')} The vault ${folder} is made. Next: chancery watch`;

function approvedWords({ colours }: Terminal, name: string, installed: boolean): string {
  const first = `${colours.bold(name)} is one of your devices now.`;
  return installed
    ? `${first} It comes into your conversations.`
    : `${first} It comes into your conversations when it is online: run chancery watch here meanwhile.`;
}

function deviceTable(terminal: Terminal, devices: readonly OwnDevice[]): string {
  const { colours } = terminal;
  return table(
    terminal,
    [
      { title: 'Device', of: ({ name }) => name, flexible: true, paint: colours.bold },
      { title: 'State', of: ({ revoked, own }) => (revoked ? 'revoked' : own ? 'this one' : 'in use') },
      { title: 'Since', of: ({ addedAt }) => addedAt.slice(0, 10) },
      { title: 'Last there', of: ({ lastSeen }) => lastSeen?.slice(0, 13).replace('T', ' ').concat('h UTC') ?? '' },
      { title: 'Id', of: ({ id }) => shortId(id), paint: colours.dim },
    ],
    devices,
    'There is no device yet.',
  );
}
