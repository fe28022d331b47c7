import type { Command } from 'commander';

import { ChanceryError } from '#client';
import type { Client } from '#client';
import { DocumentDatesDocument, DocumentsDueDocument, SetDocumentDatesDocument } from '#contracts';
import type { DatesPartsFragment, DocumentsDueQuery } from '#contracts';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import { parseMarking, policyOf, toLabelInput } from '../label.js';
import { PAGE, everyPage } from '../pages.js';
import { withClient } from '../session.js';
import { fields } from '../terminal/fields.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { day } from '../values.js';

type DueView = DocumentsDueQuery['documentsDue']['edges'][number]['node'];

/** Each is a day, false where it is taken away, absent where it stays. */
interface SetFlags extends VaultFlags {
  readonly review?: string | false;
  readonly expiry?: string | false;
  readonly declassify?: string | false;
  readonly to?: string;
}

interface DueFlags extends VaultFlags {
  readonly until?: string;
  readonly mine?: boolean;
}

export function datesCommand(terminal: Terminal): Command {
  return family('dates', 'Say when a document is reviewed, expires, or is declassified.', [
    showCommand(terminal),
    setCommand(terminal),
    dueCommand(terminal),
  ]);
}

function showCommand(terminal: Terminal): Command {
  return vaultCommand('show', 'Show the dates of a document.', 'chancery dates show 019a…')
    .argument('<id>', 'id of the document')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, id) => {
        const dates = await datesOf(client, id);
        report.result({ documentId: id, ...dates }, () => words(terminal, dates));
      }),
    );
}

function setCommand(terminal: Terminal): Command {
  return vaultCommand(
    'set',
    'Set dates of a document; those that are not named stay.',
    'chancery dates set 019a… --review 2027-06-01 --expiry 2028-01-01',
    'chancery dates set 019a… --declassify 2036-01-01 --to UNCLASSIFIED',
    'chancery dates set 019a… --no-expiry',
  )
    .argument('<id>', 'id of the document')
    .option('--review <day>', 'when its owner looks at it again', day)
    .option('--no-review', 'never')
    .option('--expiry <day>', 'from when on it no longer holds: it leaves the search, and stays readable', day)
    .option('--no-expiry', 'never')
    .option('--declassify <day>', 'when it gets a lower label; by who manages the collection', day)
    .option('--no-declassify', 'never')
    .option('--to <marking>', 'the label that it gets then')
    .action(
      withClient<SetFlags, [string]>(terminal, async ({ client, report }, flags, documentId) => {
        const before = await datesOf(client, documentId);
        const input = {
          documentId,
          reviewOn: chosen(flags.review, before.reviewOn),
          expiresOn: chosen(flags.expiry, before.expiresOn),
          ...(await clockOf(client, flags, before)),
        };
        const { setDocumentDates } = await client.execute(SetDocumentDatesDocument, { input });
        report.result({ documentId, ...setDocumentDates }, () => words(terminal, setDocumentDates));
      }),
    );
}

function dueCommand(terminal: Terminal): Command {
  return vaultCommand(
    'due',
    'List the documents whose review is due, the longest due first.',
    'chancery dates due',
    'chancery dates due --until 2027-12-31',
  )
    .option('--until <day>', 'those that will be due by then, too', day)
    .option('--mine', 'only those that you own')
    .action(
      withClient<DueFlags>(terminal, async ({ client, report }, { until, mine }) => {
        const asked = { mine: mine === true, ...(until === undefined ? {} : { until }) };
        const due = await everyPage(async (after) => {
          return (await client.execute(DocumentsDueDocument, { first: PAGE, after, ...asked })).documentsDue;
        });
        report.results(due, (found) => dueTable(terminal, found));
      }),
    );
}

const chosen = (flag: string | false | undefined, before: string | null): string | null =>
  flag === undefined ? before : flag === false ? null : flag;

/** The declassification that is asked for; the one that there is, where none is named. */
async function clockOf(client: Client, { declassify, to }: SetFlags, before: DatesPartsFragment) {
  if (declassify === false) return { declassifyOn: null, successor: null };
  const declassifyOn = declassify ?? before.declassifyOn;
  if (to !== undefined) {
    if (declassifyOn === null) throw usage('--to needs --declassify', '--declassify');
    return { declassifyOn, successor: toLabelInput(parseMarking(to, await policyOf(client), '--to')) };
  }
  if (before.successor === null) return { declassifyOn, successor: null };
  const { policy, level, categories } = before.successor;
  const kept = categories.map(({ tag, values }) => ({ tag, values: [...values] }));
  return { declassifyOn, successor: { policy, level, categories: kept } };
}

async function datesOf(client: Client, id: string): Promise<DatesPartsFragment> {
  const { document } = await client.execute(DocumentDatesDocument, { id });
  if (document) return document.dates;
  throw new ChanceryError('NOT_FOUND', 'there is no such document', { field: 'id' });
}

function words(terminal: Terminal, dates: DatesPartsFragment): string {
  const { reviewOn, expiresOn, isExpired, declassifyOn, successor } = dates;
  return fields(terminal, [
    ['Review', reviewOn ?? 'never'],
    [isExpired ? 'Expired' : 'Expires', expiresOn ?? 'never'],
    ['Declassified', declassifyOn === null ? 'never' : `${declassifyOn}, to ${successor?.marking ?? ''}`],
  ]);
}

function dueTable(terminal: Terminal, due: readonly DueView[]): string {
  return table(
    terminal,
    [
      { title: 'Review', of: ({ dates }) => dates.reviewOn ?? '' },
      { title: 'Document', of: ({ title }) => title, flexible: true },
      { title: 'Label', of: ({ label }) => label.marking },
      { title: 'Id', of: ({ id }) => id, paint: terminal.colours.dim },
    ],
    due,
    'No review is due.',
  );
}
