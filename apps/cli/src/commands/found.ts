import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import type { Command } from 'commander';

import { ChanceryError } from '#client';
import type { Client, NewPost } from '#client';
import { foundMinistry } from '#client/node';
import { canonicalPolicy, fullClearance, genericMinistry, policyPresets } from '#policy';

import { collect, memoryOption, newVaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import { newId } from '../id.js';
import { findPolicy, parseMarking } from '../label.js';
import { choose } from '../lookup.js';
import { newPassphrase } from '../passphrase.js';
import type { Report } from '../report.js';
import { withReport } from '../session.js';
import { fields } from '../terminal/fields.js';
import type { Terminal } from '../terminal/terminal.js';

interface FoundFlags extends VaultFlags {
  readonly server: string;
  readonly foundingToken?: string;
  readonly name: string;
  readonly officer: string;
  readonly device: string;
  readonly clearance?: string;
  readonly department: readonly string[];
  readonly mission?: readonly string[];
  readonly officerPost?: string;
  readonly policy: string;
  readonly rootKey?: string;
  readonly argon2Mib: number;
}

export function foundCommand(terminal: Terminal): Command {
  return newVaultCommand(
    'found',
    'Found the ministry on a fresh server: its root key, its posts, its first security officer.',
    'chancery found --server http://127.0.0.1:4460 --name "Ministry of Foreign Affairs" --officer "Irene Valcourt" \\\n' +
      '      --department Administration --department "Political Department" --mission "Embassy in Tashkent;UZ;Asia/Tashkent"',
  )
    .requiredOption('--server <url>', 'address of the server')
    .option('--founding-token <token>', 'what the server printed at its first start (or CHANCERY_FOUNDING_TOKEN)')
    .requiredOption('--name <name>', 'name of the ministry')
    .requiredOption('--officer <name>', 'your name: you become the first security officer')
    .option('--device <name>', 'name of this device', 'first device')
    .option('--clearance <marking>', 'your clearance; default: everything that the policy has')
    .requiredOption('--department <name[;zone]>', 'a department at headquarters, may be repeated', collect)
    .option(
      '--mission <name;country;zone>',
      'a mission, for instance "Embassy in Tashkent;UZ;Asia/Tashkent", may be repeated',
      collect,
    )
    .option('--officer-post <name>', 'your post; default: the first department')
    .option(
      '--policy <preset>',
      `security policy: one of ${[...policyPresets.keys()].join(', ')}, or a JSON file`,
      genericMinistry.id,
    )
    .option('--root-key <file>', 'where the sealed root key goes; default: beside the vault')
    .addOption(memoryOption())
    .action(withReport<FoundFlags>(terminal, found));
}

async function found(report: Report, flags: FoundFlags): Promise<void> {
  const policy = await findPolicy(flags.policy);
  const posts = postsOf(flags);
  const rootKeyFile = resolve(
    flags.rootKey ?? join(dirname(resolve(flags.vault)), `${basename(flags.vault)}.root-key.json`),
  );
  await requireAbsent(rootKeyFile);
  const officerPost = flags.officerPost === undefined ? posts[0] : choose('post', flags.officerPost, posts);
  const { client, rootKeyFile: sealed } = await foundMinistry({
    folder: flags.vault,
    passphrase: await newPassphrase(report.terminal, flags),
    memoryMiB: flags.argon2Mib,
    server: flags.server,
    foundingToken: foundingToken(flags),
    ministryName: flags.name,
    policy: canonicalPolicy(policy),
    posts,
    officer: {
      personName: flags.officer,
      postId: officerPost?.id ?? '',
      deviceName: flags.device,
      clearance:
        flags.clearance === undefined ? fullClearance(policy) : parseMarking(flags.clearance, policy, '--clearance'),
    },
  });
  try {
    await keep(rootKeyFile, sealed);
    await client.rootKey.forget();
    await tell(report, client, { flags, posts, rootKeyFile });
  } finally {
    await client.close();
  }
}

function foundingToken(flags: FoundFlags): string {
  const token = flags.foundingToken ?? process.env['CHANCERY_FOUNDING_TOKEN'] ?? '';
  if (token !== '') return token;
  throw usage('no founding token was given', '--founding-token', 'The server prints it at its first start.');
}

function postsOf({ department, mission = [] }: FoundFlags): NewPost[] {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const departments = department.map((text): NewPost => {
    const [name = '', timeZone = zone] = parts(text);
    return { id: newId(), name, kind: 'DEPARTMENT', timeZone };
  });
  return [...departments, ...mission.map(missionOf)];
}

function missionOf(text: string): NewPost {
  const [name, country, timeZone] = parts(text);
  if (name === undefined || country === undefined || timeZone === undefined) {
    throw usage(
      `"${text}" is no mission`,
      '--mission',
      'Write name;country;zone, for instance "Embassy in Tashkent;UZ;Asia/Tashkent".',
    );
  }
  return { id: newId(), name, kind: 'MISSION', country: country.toUpperCase(), timeZone };
}

const parts = (text: string): string[] => text.split(';').map((part) => part.trim());

/** Checked before the founding, which happens once: the root key must not be left without a place. */
async function requireAbsent(file: string): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if (there)
    throw new ChanceryError('FILE_UNREADABLE', `${file} exists already`, {
      field: '--root-key',
      remedy: 'Name another file with --root-key.',
    });
  await mkdir(dirname(file), { recursive: true });
}

async function keep(file: string, sealed: string): Promise<void> {
  await writeFile(file, sealed, { flag: 'wx', mode: 0o600 });
}

interface Told {
  readonly flags: FoundFlags;
  readonly posts: readonly NewPost[];
  readonly rootKeyFile: string;
}

async function tell(report: Report, client: Client, { flags, posts, rootKeyFile }: Told): Promise<void> {
  const { personId, deviceId, ministryName, rootFingerprint } = await client.whoami();
  const vault = resolve(flags.vault);
  report.result({ ministry: ministryName, rootFingerprint, personId, deviceId, posts, vault, rootKeyFile }, () =>
    [
      `${report.terminal.colours.bold(ministryName)} is founded.`,
      fields(report.terminal, [
        ['Root', rootFingerprint],
        ['Vault', vault],
        ['Root key', rootKeyFile],
      ]),
      '',
      'Move the root key to a medium that is kept offline and delete it here: whoever has it and your passphrase can appoint officers.',
    ].join('\n'),
  );
}
