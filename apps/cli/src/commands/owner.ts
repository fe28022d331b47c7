import type { Command } from 'commander';

import { ChanceryError } from '#client';
import {
  DiscardLeftDraftDocument,
  DocumentOwnerDocument,
  HandOverDocumentsDocument,
  LeftDraftsDocument,
  OrphanedDocumentsDocument,
  TakeOverDraftDocument,
} from '#contracts';
import type { LeftDraftsQuery, OrphanedDocumentsQuery } from '#contracts';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { findPerson } from '../lookup.js';
import { PAGE, everyPage } from '../pages.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { isolate, oneLine } from '../terminal/text.js';

type OrphanView = OrphanedDocumentsQuery['orphanedDocuments']['edges'][number]['node'];
type LeftDraftView = LeftDraftsQuery['leftDrafts']['edges'][number]['node'];

export function ownerCommand(terminal: Terminal): Command {
  return family('owner', 'See who answers for a document, and hand documents over.', [
    showCommand(terminal),
    giveCommand(terminal),
    orphansCommand(terminal),
    draftsCommand(terminal),
    takeCommand(terminal),
    discardCommand(terminal),
  ]);
}

function showCommand(terminal: Terminal): Command {
  return vaultCommand('show', 'Show who answers for a document.', 'chancery owner show 019a…')
    .argument('<id>', 'id of the document')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, id) => {
        const { document } = await client.execute(DocumentOwnerDocument, { id });
        if (!document) throw new ChanceryError('NOT_FOUND', 'there is no such document', { field: 'id' });
        const { owner } = document;
        const people = await client.people();
        const name = people.find((person) => person.id === owner?.personId)?.name ?? 'Nobody yet';
        report.result({ documentId: id, owner }, () =>
          owner === null
            ? 'A part goes with the document that it is of.'
            : `${isolate(oneLine(name))}, since ${owner.since.slice(0, 10)}`,
        );
      }),
    );
}

function giveCommand(terminal: Terminal): Command {
  return vaultCommand(
    'give',
    'Hand documents over to somebody who may read them.',
    'chancery owner give 019a… 019b… --to "Leila Haddad"',
  )
    .argument('<ids...>', 'ids of documents')
    .requiredOption('--to <person>', 'name or id')
    .action(
      withClient<VaultFlags & { readonly to: string }, [string[]]>(
        terminal,
        async ({ client, report }, { to }, documentIds) => {
          await client.catchUp();
          const { id: personId, name } = await findPerson(client, to);
          await client.execute(HandOverDocumentsDocument, { documentIds, personId });
          const words = `Handed over to ${isolate(oneLine(name))}: ${String(documentIds.length)}.`;
          report.result({ documentIds, personId }, () => words);
        },
      ),
    );
}

function orphansCommand(terminal: Terminal): Command {
  return vaultCommand('orphans', 'List the documents that wait for an owner.', 'chancery owner orphans').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      const orphans = await everyPage(async (after) => {
        return (await client.execute(OrphanedDocumentsDocument, { first: PAGE, after })).orphanedDocuments;
      });
      report.results(orphans, (found) => orphanTable(terminal, found));
    }),
  );
}

function orphanTable(terminal: Terminal, orphans: readonly OrphanView[]): string {
  return table(
    terminal,
    [
      { title: 'Since', of: ({ owner }) => owner?.since.slice(0, 10) ?? '' },
      { title: 'Document', of: ({ title }) => title, flexible: true },
      { title: 'Label', of: ({ label }) => label.marking },
      { title: 'Id', of: ({ id }) => id, paint: terminal.colours.dim },
    ],
    orphans,
    'Every document has an owner.',
  );
}

function draftsCommand(terminal: Terminal): Command {
  return vaultCommand(
    'drafts',
    'List the drafts that people have left behind, of documents or in collections that you answer for.',
    'chancery owner drafts',
  ).action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      const drafts = await everyPage(async (after) => {
        return (await client.execute(LeftDraftsDocument, { first: PAGE, after })).leftDrafts;
      });
      report.results(drafts, (found) => draftTable(terminal, found));
    }),
  );
}

function draftTable(terminal: Terminal, drafts: readonly LeftDraftView[]): string {
  return table(
    terminal,
    [
      { title: 'Left', of: ({ leftAt }) => leftAt.slice(0, 10) },
      { title: 'Title', of: ({ title }) => title, flexible: true },
      { title: 'Of', of: ({ documentId }) => documentId ?? 'a new document' },
      { title: 'Draft', of: ({ id }) => id, paint: terminal.colours.dim },
    ],
    drafts,
    'Nobody has left a draft behind.',
  );
}

function takeCommand(terminal: Terminal): Command {
  return vaultCommand('take', 'Go on with a draft that somebody has left.', 'chancery owner take 019a…')
    .argument('<draft>', 'id of the draft')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, id) => {
        await client.execute(TakeOverDraftDocument, { id });
        report.result({ id }, () => 'The draft is yours: chancery document drafts.');
      }),
    );
}

function discardCommand(terminal: Terminal): Command {
  return vaultCommand('discard', 'Throw away a draft that somebody has left.', 'chancery owner discard 019a…')
    .argument('<draft>', 'id of the draft')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, id) => {
        await client.execute(DiscardLeftDraftDocument, { id });
        report.result({ id }, () => 'The draft is gone.');
      }),
    );
}
