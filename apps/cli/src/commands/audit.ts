import { open, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Command } from 'commander';

import { ChanceryError, verifyAudit } from '#client';
import type { AuditEntryView, AuditKind, AuditPlace, AuditReport } from '#client';
import { ready } from '#primitives';

import { command, family, vaultCommand } from '../command.js';
import type { Flags, VaultFlags } from '../command.js';
import { findPerson } from '../lookup.js';
import { withClient, withReport } from '../session.js';
import { fields } from '../terminal/fields.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { auditKind, fingerprint, places, placeText, time, wholeNumber } from '../values.js';

export function auditCommand(terminal: Terminal): Command {
  return family('audit', 'The audit trail: who did, and tried, what at the server.', [
    listCommand(terminal),
    exportCommand(terminal),
    sealCommand(terminal),
    seenCommand(terminal),
    verifyCommand(terminal),
  ]);
}

interface ListFlags extends VaultFlags {
  readonly kind?: AuditKind;
  readonly person?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
}

function listCommand(terminal: Terminal): Command {
  return vaultCommand(
    'list',
    'List the newest entries.',
    'chancery audit list --kind refusal --since 2026-11-01',
    'chancery audit list --person "Clara Osei" --limit 20',
  )
    .option('--kind <kind>', 'statement, act, login, refusal, export or downgrade', auditKind)
    .option('--person <person>', 'who acted: name or id')
    .option('--since <date>', 'from this day on', time)
    .option('--until <date>', 'before this day', time)
    .option('--limit <number>', 'how many', wholeNumber(1, 1000), 50)
    .action(
      withClient<ListFlags>(terminal, async ({ client, report }, { kind, person, since, until, limit }) => {
        await client.catchUp();
        const personId = person === undefined ? undefined : (await findPerson(client, person)).id;
        const wanted = { kind, personId, since, until };
        const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
        report.results(await client.audit.list({ ...given, limit }), (entries) => entryTable(terminal, entries));
      }),
    );
}

function entryTable(terminal: Terminal, entries: readonly AuditEntryView[]): string {
  const { colours } = terminal;
  return table(
    terminal,
    [
      { title: 'Entry', of: ({ seq }) => String(seq) },
      { title: 'At', of: ({ at }) => at.slice(0, 19).replace('T', ' ') },
      {
        title: 'Who',
        of: ({ personName, deviceId }) => (personName === '' ? (deviceId ?? '') : personName),
        flexible: true,
      },
      { title: 'What', of: ({ kind, operation }) => `${kind} ${operation}`, flexible: true },
      {
        title: 'Outcome',
        of: ({ outcome, count }) => (count > 1 ? `${outcome} (${String(count)} times)` : outcome.toLowerCase()),
        paint: (cell, { outcome }) => (outcome === 'DONE' ? cell : colours.red(cell)),
      },
    ],
    entries,
    'There is no such entry.',
  );
}

interface ExportFlags extends VaultFlags {
  readonly out: string;
}

function exportCommand(terminal: Terminal): Command {
  return vaultCommand(
    'export',
    'Write the whole trail to a file, to be verified anywhere together with the exported log.',
    'chancery audit export --out audit.jsonl',
  )
    .requiredOption('--out <file>', 'file that does not exist yet')
    .action(
      withClient<ExportFlags>(terminal, async ({ client, report }, { out }) => {
        await client.catchUp();
        const file = await open(out, 'wx');
        let entries = -1;
        try {
          for await (const line of client.audit.export()) {
            await file.write(`${line}\n`);
            entries += 1;
          }
        } finally {
          await file.close();
        }
        report.result({ file: resolve(out), entries }, () => `${resolve(out)}: ${String(entries)} entries`);
      }),
    );
}

function sealCommand(terminal: Terminal): Command {
  return vaultCommand(
    'seal',
    'Follow the trail to its end and state its head in the transparency log; witnesses do so by themselves once a day.',
    'chancery audit seal',
  ).action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      await client.catchUp();
      const sealed = await client.audit.seal();
      report.result(sealed, () => `Sealed up to entry ${String(sealed.entry)}.`);
    }),
  );
}

interface SeenFlags extends VaultFlags {
  readonly dismiss?: boolean;
}

function seenCommand(terminal: Terminal): Command {
  return vaultCommand(
    'seen',
    'Show the newest entry that this device has seen: give it to whoever verifies an export. Asks the server nothing.',
    'chancery audit seen',
  )
    .option('--dismiss', 'forget what was lost, after you have told the auditor')
    .action(
      withClient<SeenFlags>(terminal, async ({ client, report }, { dismiss }) => {
        const { seen, lost } = await client.audit.memory();
        if (dismiss === true) await client.audit.dismissLosses();
        const places = { seen: seen && placeText(seen), lost: lost.map(placeText) };
        report.result(places, () =>
          fields(terminal, [
            ['Seen', places.seen ?? 'nothing yet'],
            ['Lost by the server', places.lost.join(' ')],
          ]),
        );
      }),
    );
}

interface VerifyFlags extends Flags {
  readonly log: string;
  readonly root?: string;
  readonly seen?: readonly AuditPlace[];
}

function verifyCommand(terminal: Terminal): Command {
  return command(
    'verify',
    'Verify an exported trail by an exported log, offline: edits, gaps, reordering, truncation, old copies. No server, no vault.',
    'chancery audit verify audit.jsonl --log ministry-log.json',
  )
    .argument('<file>', 'what `chancery audit export` has written')
    .requiredOption('--log <file>', 'what `chancery log export` has written, at the same time or later')
    .option(
      '--root <fingerprint>',
      'fingerprint of the root that enrolment links and `chancery whoami` name',
      fingerprint,
    )
    .option('--seen <entry:hash>', 'what `chancery audit seen` has shown on a device, may be repeated', places)
    .action(
      withReport<VerifyFlags, [string]>(terminal, async (report, { log, root, seen = [] }, file) => {
        await ready();
        const [auditText, logText] = await Promise.all([readFile(file, 'utf8'), readFile(log, 'utf8')]);
        const rest = root === undefined ? {} : { rootFingerprint: root };
        const result = verifyAudit(auditText, logText, { now: new Date(), seen, ...rest });
        report.result(result, () => reportWords(terminal, result));
        const [first] = result.problems;
        if (first) throw new ChanceryError('AUDIT_BROKEN', first.words);
      }),
    );
}

function reportWords(terminal: Terminal, report: AuditReport): string {
  const { colours } = terminal;
  const { entries, sealedUpTo, heads, seenUpTo, signatures, problems, ministry, rootFingerprint } = report;
  const surelyUpTo = Math.max(sealedUpTo, seenUpTo);
  const verdict =
    problems.length === 0
      ? colours.green(`The trail verifies: ${String(entries)} entries.`)
      : colours.red('The trail does not verify.');
  return [
    verdict,
    fields(terminal, [
      ['Ministry', ministry],
      ['Root', rootFingerprint],
      ['Sealed', `up to entry ${String(sealedUpTo)}, by ${String(heads)} heads in the log`],
      ['Seen', `up to entry ${String(seenUpTo)}, by devices that have signed it`],
      ['Signed', `${String(signatures)} acts and logins, by their devices`],
    ]),
    ...(surelyUpTo < entries
      ? [colours.dim(`Entries after ${String(surelyUpTo)} could still be changed by whoever holds the server.`)]
      : []),
    ...problems.map(({ code, words }) => `${colours.red(code)}  ${words}`),
  ].join('\n');
}
