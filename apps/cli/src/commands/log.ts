import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Command } from 'commander';

import { hasCode, verifyExport } from '#client';
import type { CosignerView, LogAlarm, LogReport, LogView } from '#client';
import { ready } from '#primitives';

import { command, family, vaultCommand } from '../command.js';
import type { Flags, VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import type { Report } from '../report.js';
import { catchUpIfOnline, withClient, withReport } from '../session.js';
import type { Session } from '../session.js';
import { fields } from '../terminal/fields.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { wholeNumber } from '../values.js';

export function logCommand(terminal: Terminal): Command {
  return family('log', 'The transparency log: every statement about who is who, signed and seen by all.', [
    showCommand(terminal),
    exportCommand(terminal),
    verifyCommand(terminal),
    dismissCommand(terminal),
  ]);
}

function showCommand(terminal: Terminal): Command {
  return vaultCommand(
    'show',
    'Show the log as this device has verified it, who has cosigned it, and what was wrong with it.',
    'chancery log show',
  ).action(
    withClient<VaultFlags>(terminal, async (session) => {
      await catchUpIfOnline(session);
      const view = await session.client.log.show();
      const cosigners = await cosignersIfOnline(session);
      session.report.result({ ...view, cosigners }, () => viewWords(terminal, view, cosigners));
    }),
  );
}

async function cosignersIfOnline({ client }: Session): Promise<readonly CosignerView[]> {
  try {
    return await client.log.cosigners();
  } catch (error) {
    if (hasCode(error, 'SERVER_UNREACHABLE')) return [];
    throw error;
  }
}

function viewWords(terminal: Terminal, view: LogView, cosigners: readonly CosignerView[]): string {
  const parts = [
    fields(terminal, [
      ['Log', view.origin],
      ['Statements', String(view.size)],
      ['Root', view.root],
      ['Browser client', view.release?.hash ?? 'not stated: an officer does so, chancery web publish'],
      ['Signed', view.isSigned ? signedWords(view) : 'no: an officer has to name the keys, chancery server-keys adopt'],
    ]),
    '',
    cosignerTable(terminal, cosigners),
  ];
  return view.alarms.length === 0 ? parts.join('\n') : [...parts, '', alarmTable(terminal, view.alarms)].join('\n');
}

const signedWords = ({ checkpointSize, cosigned }: LogView): string =>
  `up to ${String(checkpointSize)}${cosigned === 0 ? '' : `, cosigned by this device up to ${String(cosigned)}`}`;

function cosignerTable(terminal: Terminal, cosigners: readonly CosignerView[]): string {
  return table(
    terminal,
    [
      { title: 'Cosigned by', of: ({ personName }) => personName, flexible: true },
      { title: 'As', of: ({ isWitness }) => (isWitness ? 'officer' : 'mission') },
      { title: 'At', of: ({ at }) => at },
      { title: 'Device', of: ({ deviceId }) => deviceId, paint: terminal.colours.dim },
    ],
    cosigners,
    'Nobody has cosigned the newest checkpoint yet.',
  );
}

function alarmTable(terminal: Terminal, alarms: readonly LogAlarm[]): string {
  return table(
    terminal,
    [
      { title: 'Alarm', of: ({ id }) => String(id) },
      { title: 'Since', of: ({ raisedAt }) => raisedAt },
      { title: 'State', of: ({ endedAt }) => (endedAt === undefined ? 'STANDS: nothing is sent' : `ended ${endedAt}`) },
      { title: 'What', of: ({ code, message }) => `${code}: ${message}`, flexible: true },
    ],
    alarms,
    '',
  );
}

interface ExportFlags extends VaultFlags {
  readonly out?: string;
}

function exportCommand(terminal: Terminal): Command {
  return vaultCommand(
    'export',
    'Write the whole log with its newest cosigned checkpoint, to be verified anywhere.',
    'chancery log export --out ministry-log.json',
  )
    .option('--out <file>', 'file that does not exist yet; default: standard output')
    .action(
      withClient<ExportFlags>(terminal, async ({ client, report }, { out }) => {
        const exported = await client.log.export();
        if (out === undefined) {
          terminal.out(exported.trimEnd());
          return;
        }
        await writeFile(out, exported, { flag: 'wx' });
        const { size, root } = await client.log.show();
        report.result({ file: resolve(out), size, root }, () => `${resolve(out)}: ${String(size)} statements`);
      }),
    );
}

interface VerifyFlags extends Flags {
  readonly root?: string;
  readonly earlier?: string;
}

function verifyCommand(terminal: Terminal): Command {
  return command(
    'verify',
    'Replay an exported log offline: every statement, the root, the signature, the cosignatures. No server, no vault.',
    'chancery log verify ministry-log.json --root "$(chancery whoami --json | jq -r .rootFingerprint)"',
    'chancery log verify today.json --earlier last-year.json',
  )
    .argument('<file>', 'what `chancery log export` has written')
    .option('--root <fingerprint>', 'fingerprint of the root that enrolment links and `chancery whoami` name')
    .option('--earlier <file>', 'an earlier export, or somebody else’s, that this one has to continue')
    .action(
      withReport<VerifyFlags, [string]>(terminal, async (report, flags, file) => {
        await ready();
        verify(report, flags, await readFile(file, 'utf8'), await earlierText(flags));
      }),
    );
}

async function earlierText({ earlier }: VerifyFlags): Promise<string | undefined> {
  return earlier === undefined ? undefined : readFile(earlier, 'utf8');
}

function verify(report: Report, { root }: VerifyFlags, text: string, earlier: string | undefined): void {
  if (root !== undefined && !/^[\w-]{43}$/u.test(root)) throw usage('this is no fingerprint', '--root');
  const result = verifyExport(text, {
    now: new Date(),
    ...(root === undefined ? {} : { rootFingerprint: root }),
    ...(earlier === undefined ? {} : { earlier }),
  });
  report.result(result, () => reportWords(report.terminal, result));
}

function reportWords(terminal: Terminal, report: LogReport): string {
  const { colours } = terminal;
  const pinned = report.isPinned ? 'as given' : 'NOT COMPARED: give --root, or compare it yourself';
  return [
    colours.green(`The log verifies: ${String(report.size)} statements.`),
    fields(terminal, [
      ['Ministry', report.ministry],
      ['Root', report.rootFingerprint, pinned],
      ['Tree', report.root],
      ['Signed by', report.signedBy ?? 'nobody: the statements name no log key'],
      [
        'Continues',
        report.continues === undefined ? '' : `the earlier export of ${String(report.continues)} statements`,
      ],
    ]),
    '',
    cosignerTable(terminal, report.cosigners),
  ].join('\n');
}

function dismissCommand(terminal: Terminal): Command {
  return vaultCommand(
    'dismiss',
    'End an alarm after you and the security officer have looked into it: this device sends again. The evidence stays.',
    'chancery log dismiss 1',
  )
    .argument('<alarm>', 'its number, see `chancery log show`', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .action(
      withClient<VaultFlags, [number]>(terminal, async ({ client, report }, _, alarm) => {
        await client.log.dismiss(alarm);
        report.result({ alarm, dismissed: true }, () => `Alarm ${String(alarm)} has ended; its evidence stays.`);
      }),
    );
}
