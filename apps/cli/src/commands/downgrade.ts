import type { Command } from 'commander';

import { ChanceryError } from '#client';
import type { Client } from '#client';
import {
  ApproveDowngradeDocument,
  DocumentDocument,
  DowngradesDocument,
  RefuseDowngradeDocument,
  RequestDowngradeDocument,
} from '#contracts';
import type { DowngradePartsFragment } from '#contracts';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { newId } from '../id.js';
import { parseMarking, policyOf, toLabelInput } from '../label.js';
import { choose, shortId } from '../lookup.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { oneLine } from '../terminal/text.js';

interface RequestFlags extends VaultFlags {
  readonly to: string;
  readonly reason: string;
}

interface ListFlags extends VaultFlags {
  readonly all?: boolean;
}

const MOST = 200;

export function downgradeCommand(terminal: Terminal): Command {
  return family('downgrade', 'Lower the label of a document: one person asks with a reason, another decides.', [
    requestCommand(terminal),
    listCommand(terminal),
    decideCommand(terminal, 'approve'),
    decideCommand(terminal, 'refuse'),
  ]);
}

function requestCommand(terminal: Terminal): Command {
  return vaultCommand(
    'request',
    'Ask for a lower label; somebody else who manages the collection decides within a week.',
    'chancery downgrade request 019a5c2e-8f00-7abc-8def-0123456789ab --to RESTRICTED --reason "Published today."',
  )
    .argument('<document>', 'id of the document')
    .requiredOption('--to <marking>', 'the lower label')
    .requiredOption('--reason <text>', 'why, for whoever decides and for the record')
    .action(
      withClient<RequestFlags, [string]>(terminal, async ({ client, report }, { to, reason }, documentId) => {
        const { document } = await client.execute(DocumentDocument, { id: documentId });
        if (!document) throw new ChanceryError('NOT_FOUND', 'there is no such document', { field: 'document' });
        const label = toLabelInput(parseMarking(to, await policyOf(client), '--to'));
        const baseVersion = document.version.number;
        const input = { id: newId(), documentId, baseVersion, label, reason };
        const { requestDowngrade } = await client.execute(RequestDowngradeDocument, { input });
        report.result(requestDowngrade, () => words(terminal, requestDowngrade));
      }),
    );
}

function listCommand(terminal: Terminal): Command {
  return vaultCommand(
    'list',
    'List the requests that wait: your own, and those of collections that you manage.',
    'chancery downgrade list',
  )
    .option('--all', 'those that were decided, too')
    .action(
      withClient<ListFlags>(terminal, async ({ client, report }, flags) => {
        const found = await requests(client, flags.all === true);
        report.results(found, () => requestTable(terminal, found));
      }),
    );
}

function decideCommand(terminal: Terminal, verb: 'approve' | 'refuse'): Command {
  const description =
    verb === 'approve'
      ? 'Approve a request of somebody else: the document gets the lower label at once.'
      : 'Refuse a request of somebody else, or withdraw your own.';
  return vaultCommand(verb, description, `chancery downgrade ${verb} 4b1c0a9e`)
    .argument('<request>', 'id of the request, or its end')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, wanted) => {
        const open = await requests(client, false);
        const { id } = choose(
          'request',
          wanted,
          open.map((request) => ({ id: request.id, name: request.id })),
        );
        const decided = await decide(client, verb, id);
        report.result(decided, () => words(terminal, decided));
      }),
    );
}

async function decide(client: Client, verb: 'approve' | 'refuse', id: string): Promise<DowngradePartsFragment> {
  if (verb === 'approve') return (await client.execute(ApproveDowngradeDocument, { id })).approveDowngrade;
  return (await client.execute(RefuseDowngradeDocument, { id })).refuseDowngrade;
}

async function requests(client: Client, isForAll: boolean): Promise<DowngradePartsFragment[]> {
  const state = isForAll ? {} : ({ state: 'OPEN' } as const);
  const { downgrades } = await client.execute(DowngradesDocument, { first: MOST, ...state });
  return downgrades.edges.map(({ node }) => node);
}

function words({ colours }: Terminal, { id, from, to, state, reason, expiresAt }: DowngradePartsFragment): string {
  const change = `${oneLine(from.marking)} → ${oneLine(to.marking)}`;
  const waits = state === 'OPEN' ? [colours.dim(`It waits until ${timeWords(expiresAt)} for another person.`)] : [];
  return [`${colours.bold(state.toLowerCase())}  ${id}`, change, oneLine(reason), ...waits].join('\n');
}

function requestTable(terminal: Terminal, found: readonly DowngradePartsFragment[]): string {
  const { colours } = terminal;
  return table(
    terminal,
    [
      { title: 'Document', of: ({ documentId }) => shortId(documentId) },
      { title: 'From', of: ({ from }) => from.marking, flexible: true },
      { title: 'To', of: ({ to }) => to.marking, flexible: true },
      { title: 'Reason', of: ({ reason }) => reason, flexible: true },
      { title: 'State', of: ({ state }) => state.toLowerCase() },
      { title: 'Ends', of: ({ expiresAt }) => timeWords(expiresAt) },
      { title: 'Id', of: ({ id }) => shortId(id), paint: colours.dim },
    ],
    found,
    'Nothing waits for you.',
  );
}

const timeWords = (time: string): string => time.slice(0, 16).replace('T', ' ');
