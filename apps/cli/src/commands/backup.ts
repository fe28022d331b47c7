import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Command } from 'commander';

import { openArchive, sealArchive } from '../backup/archive.js';
import { command, memoryOption } from '../command.js';
import type { Flags } from '../command.js';
import { newPassphrase, passphraseFor } from '../passphrase.js';
import { ProgressLine } from '../progressLine.js';
import type { Report } from '../report.js';
import { withReport } from '../session.js';
import { fields } from '../terminal/fields.js';
import type { Terminal } from '../terminal/terminal.js';

interface BackupFlags extends Flags {
  readonly out: string;
  readonly data?: string;
  readonly passphraseFile?: string;
  readonly argon2Mib: number;
}

interface RestoreFlags extends Flags {
  readonly data?: string;
  readonly verify?: boolean;
  readonly passphraseFile?: string;
}

interface Progress {
  readonly tables: number;
  readonly files: number;
  readonly bytes: number;
}

const PASSPHRASE = [
  '--passphrase-file <file>',
  'file whose first line is the passphrase of the backup (or CHANCERY_PASSPHRASE; else it is asked for)',
] as const;
const DATA = ['--data <folder>', "the server's data folder (CHANCERY_DATA_FOLDER)"] as const;

export function backupCommand(terminal: Terminal): Command {
  return command(
    'backup',
    "Write everything that the server keeps into one encrypted file: database, blobs and the server's keys. On the server's machine, with its settings; the server may go on working.",
    'chancery backup --out /mnt/vault/chancery-2026-11-22.backup --data /var/lib/chancery',
  )
    .requiredOption('--out <file>', 'the backup; an older one under this name is replaced when the new one is whole')
    .option(...DATA)
    .option(...PASSPHRASE)
    .addOption(memoryOption())
    .action(withReport<BackupFlags>(terminal, backUp));
}

export function restoreCommand(terminal: Terminal): Command {
  return command(
    'restore',
    'Bring a backup into an empty place: no database, no blobs, no keys may be there. It is checked to its end before anything is made; the server that is started there builds the search index anew.',
    'chancery restore /mnt/vault/chancery-2026-11-22.backup --verify',
    'chancery restore /mnt/vault/chancery-2026-11-22.backup --data /var/lib/chancery-new',
  )
    .argument('<file>', 'the backup')
    .option('--verify', 'check the backup to its end and restore nothing')
    .option(...DATA)
    .option(...PASSPHRASE)
    .action(withReport<RestoreFlags, [string]>(terminal, restore));
}

async function backUp(report: Report, flags: BackupFlags): Promise<void> {
  const file = resolve(flags.out);
  const passphrase = await newPassphrase(report.terminal, flags);
  // loaded when it is needed: the other commands start quicker without it
  const { withBackup } = await import('../server.js');
  const line = new ProgressLine(report);
  const progress = watching(line);
  const draft = `${file}.part`;
  try {
    await withBackup(
      environmentOf(flags),
      (bytes) => {
        const archive = Readable.from(sealArchive(bytes, passphrase, flags.argon2Mib), { objectMode: false });
        return pipeline(archive, createWriteStream(draft, { mode: 0o600, flush: true }));
      },
      progress.tell,
    );
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    line.clear();
  }
  report.result({ file, ...progress.last }, () => words(report.terminal, 'The backup is whole.', file, progress.last));
}

async function restore(report: Report, flags: RestoreFlags, name: string): Promise<void> {
  const file = resolve(name);
  const passphrase = await passphraseFor(report.terminal, flags);
  const { restoreServer, verifyServerBackup } = await import('../server.js');
  const line = new ProgressLine(report);
  const { tell } = watching(line);
  const open = () => openArchive(createReadStream(file), passphrase);
  try {
    const { createdAt, tables, files, bytes } = await verifyServerBackup(open(), tell);
    const found = { tables, files, bytes };
    if (flags.verify !== true) await restoreServer(environmentOf(flags), open(), tell);
    const outcome = flags.verify === true ? 'verified' : 'restored';
    line.clear();
    report.result({ outcome, file, createdAt, ...found }, () =>
      words(report.terminal, `The backup of ${createdAt} is ${outcome}.`, file, found),
    );
  } finally {
    line.clear();
  }
}

function watching(line: ProgressLine): { last: Progress; tell: (progress: Progress) => void } {
  const seen = {
    last: { tables: 0, files: 0, bytes: 0 } as Progress,
    tell: (progress: Progress): void => {
      seen.last = progress;
      line.show(`${String(progress.tables)} tables, ${String(progress.files)} files, ${mebibytes(progress)}`);
    },
  };
  return seen;
}

function words(terminal: Terminal, first: string, file: string, progress: Progress): string {
  const counts = `${String(progress.tables)} tables, ${String(progress.files)} files, ${mebibytes(progress)}`;
  return [
    terminal.colours.green(first),
    fields(terminal, [
      ['File', file],
      ['Holds', counts],
    ]),
  ].join('\n');
}

const mebibytes = ({ bytes }: Progress): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

function environmentOf({ data }: { readonly data?: string }): Record<string, string | undefined> {
  return { ...process.env, ...(data === undefined ? {} : { CHANCERY_DATA_FOLDER: data }) };
}
