import type { Command } from 'commander';

import { ChanceryError } from '#client';

import { command, family } from '../command.js';
import type { Flags } from '../command.js';
import { ProgressLine } from '../progressLine.js';
import type { Report } from '../report.js';
import { withReport } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

interface IndexFlags extends Flags {
  readonly data?: string;
}

interface CheckFlags extends IndexFlags {
  readonly repair?: boolean;
}

/** For the operator on the server's machine: what differs names documents whoever may read them. */
export function indexCommand(terminal: Terminal): Command {
  return family(
    'index',
    "The search index. On the server's machine, with its settings; the server may go on working.",
    [checkCommand(terminal), rebuildCommand(terminal)],
  );
}

const DATA = ['--data <folder>', "the server's data folder (CHANCERY_DATA_FOLDER)"] as const;

function checkCommand(terminal: Terminal): Command {
  return command(
    'check',
    'Compare the search index with the documents, both ways, and name what differs. Searches go on; indexing waits meanwhile.',
    'chancery index check --data /var/lib/chancery',
    'chancery index check --repair --json',
  )
    .option('--repair', 'index again what differs')
    .option(...DATA)
    .action(withReport<CheckFlags>(terminal, check));
}

function rebuildCommand(terminal: Terminal): Command {
  return command(
    'rebuild',
    'Build the search index anew from the documents, beside the old one, which answers until the new one is whole.',
    'chancery index rebuild --data /var/lib/chancery',
  )
    .option(...DATA)
    .action(withReport<IndexFlags>(terminal, rebuild));
}

async function check(report: Report, flags: CheckFlags): Promise<void> {
  // loaded when it is needed: the other commands start quicker without it
  const { withIndex } = await import('../server.js');
  const line = new ProgressLine(report);
  const tell = telling(line);
  await withIndex(environmentOf(flags), async (index) => {
    const found = await index.check(tell('checked'));
    const mends = flags.repair === true && found.differences.length > 0;
    if (mends) await index.repair(found.differences, tell('indexed again'));
    const left = mends ? await index.check(tell('checked again')) : found;
    line.clear();
    const repaired = found.differences.length - left.differences.length;
    report.result({ ...left, repaired }, () => checkWords(report.terminal, left, repaired));
    if (left.differences.length > 0 || left.miscounted > 0) throw differs(flags);
  });
}

async function rebuild(report: Report, flags: IndexFlags): Promise<void> {
  const { withIndex } = await import('../server.js');
  const line = new ProgressLine(report);
  await withIndex(environmentOf(flags), async (index) => {
    await index.rebuild(telling(line)('done'));
    const { engine, documents } = await index.check(telling(line)('checked'));
    line.clear();
    report.result({ engine, documents }, () =>
      report.terminal.colours.green(`The index of ${String(documents)} documents is new.`),
    );
  });
}

const telling =
  (line: ProgressLine) =>
  (what: string) =>
  ({ done, total }: { readonly done: number; readonly total: number }): void => {
    line.show(`${String(done)} of ${String(total)} ${what} …`);
  };

interface Found {
  readonly documents: number;
  readonly differences: readonly { readonly documentId: string; readonly difference: string }[];
  readonly miscounted: number;
}

function checkWords(terminal: Terminal, { documents, differences, miscounted }: Found, repaired: number): string {
  const { colours } = terminal;
  const counted = `${String(documents)} documents are compared.`;
  const mended = repaired > 0 ? [`${String(repaired)} differences are repaired.`] : [];
  if (differences.length === 0 && miscounted === 0)
    return [...mended, colours.green(`${counted} The index has them all.`)].join('\n');
  const rows = table(
    terminal,
    [
      { title: 'Document', of: ({ documentId }) => documentId },
      { title: 'Difference', of: ({ difference }) => difference.replaceAll('-', ' ') },
    ],
    differences,
    'Every document is indexed as it is.',
  );
  const wrong = miscounted > 0 ? [colours.red(`${String(miscounted)} counters are wrong: chancery index rebuild`)] : [];
  return [...mended, rows, counted, ...wrong].join('\n');
}

function differs({ repair }: CheckFlags): ChanceryError {
  const remedy = repair === true ? 'chancery index rebuild' : 'chancery index check --repair';
  return new ChanceryError('INDEX_DIFFERS', `the search index is not what the documents say: ${remedy}`);
}

function environmentOf({ data }: IndexFlags): Record<string, string | undefined> {
  return { ...process.env, ...(data === undefined ? {} : { CHANCERY_DATA_FOLDER: data }) };
}
