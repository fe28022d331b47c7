import type { Command } from 'commander';

import { HealthDocument, RetryJobsDocument } from '#contracts';
import type { HealthQuery } from '#contracts';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

type RefusedJobs = HealthQuery['health']['jobs']['refused'][number];

/** Kinds and codes only: which papers work is about, and how many, is not for those who keep the house. */
export function jobsCommand(terminal: Terminal): Command {
  return family('jobs', 'Work that the server does at its time: what was given up, and how to have it tried again.', [
    listCommand(terminal),
    retryCommand(terminal),
  ]);
}

function listCommand(terminal: Terminal): Command {
  return vaultCommand(
    'list',
    'List the work that failed too often and is not tried any more, by kind and last failure; for registrars and security officers.',
    'chancery jobs list',
    'chancery jobs list --json',
  ).action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      const { jobs } = (await client.execute(HealthDocument, {})).health;
      report.results(jobs.refused, (rows) => refusedTable(terminal, rows));
      if (jobs.isLate) report.note('Work has been due for more than a minute: look at the log of the server.');
      if (jobs.refused.length > 0) report.note('When the cause is mended: chancery jobs retry KIND');
    }),
  );
}

interface RetryFlags extends VaultFlags {
  readonly code?: string;
}

function retryCommand(terminal: Terminal): Command {
  return vaultCommand(
    'retry',
    'Have work that was given up tried again, from the beginning. It stands in the audit trail.',
    'chancery jobs retry dates.review',
    'chancery jobs retry dates.review --code LABEL_UNKNOWN',
  )
    .argument('<kind>', 'kind of work, as the list prints it')
    .option('--code <code>', 'only what failed with this code')
    .action(
      withClient<RetryFlags, [string]>(terminal, async ({ client, report }, { code }, kind) => {
        await client.execute(RetryJobsDocument, { kind, code: code ?? null });
        report.result({ kind, ...(code === undefined ? {} : { code }), retried: true }, () =>
          terminal.colours.green('It is tried again.'),
        );
      }),
    );
}

function refusedTable(terminal: Terminal, rows: readonly RefusedJobs[]): string {
  return table(
    terminal,
    [
      { title: 'Kind', of: ({ kind }) => kind, flexible: true },
      { title: 'Last failure', of: ({ code }) => code, paint: terminal.colours.red },
    ],
    rows,
    'Nothing was given up.',
  );
}
