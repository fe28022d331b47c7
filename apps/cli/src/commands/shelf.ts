import type { Command } from 'commander';

import { ChanceryError } from '#client';
import type { Client } from '#client';
import {
  ClearRecentDocumentsDocument,
  FavouritesDocument,
  PutFavouriteDocument,
  RecentDocumentsDocument,
  RemoveFavouriteDocument,
  UnwatchDocument,
  WatchDocument,
  WatchesDocument,
} from '#contracts';
import type { DocumentHeadFragment, WatchKind, WatchPartsFragment } from '#contracts';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import { findCollection } from '../lookup.js';
import { PAGE, everyPage } from '../pages.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Column } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { wholeNumber } from '../values.js';

export function shelfCommand(terminal: Terminal): Command {
  return family(
    'shelf',
    'What you keep at hand: favourites, what you read lately, what you watch. Nobody else sees it.',
    [
      listCommand(terminal),
      putCommand(terminal),
      removeCommand(terminal),
      recentCommand(terminal),
      forgetCommand(terminal),
      watchCommand(terminal),
      unwatchCommand(terminal),
      watchesCommand(terminal),
    ],
  );
}

function listCommand(terminal: Terminal): Command {
  return vaultCommand('list', 'List your favourites in your own order.', 'chancery shelf list').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      const found = await everyPage(async (after) => {
        return (await client.execute(FavouritesDocument, { first: PAGE, after })).favourites;
      });
      report.results(found, (all) => table(terminal, documentColumns(terminal), all, 'You keep nothing at hand.'));
    }),
  );
}

interface PutFlags extends VaultFlags {
  readonly before?: string;
}

function putCommand(terminal: Terminal): Command {
  return vaultCommand(
    'put',
    'Keep a document at hand, or move it among those that you keep.',
    'chancery shelf put 019a…',
    'chancery shelf put 019a… --before 019b…',
  )
    .argument('<document>', 'id of the document')
    .option('--before <document>', 'another favourite; at the end without it')
    .action(
      withClient<PutFlags, [string]>(terminal, async ({ client, report }, { before }, id) => {
        await client.execute(PutFavouriteDocument, { id, before: before ?? null });
        report.result({ id, before: before ?? null }, () => 'It stands on your shelf.');
      }),
    );
}

function removeCommand(terminal: Terminal): Command {
  return vaultCommand('remove', 'Take a document off your shelf.', 'chancery shelf remove 019a…')
    .argument('<document>', 'id of the document')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _flags, id) => {
        const { removeFavourite } = await client.execute(RemoveFavouriteDocument, { id });
        if (!removeFavourite) throw new ChanceryError('NOT_FOUND', 'it is not on your shelf', { field: 'document' });
        report.result({ id, removed: true }, () => 'It is off your shelf.');
      }),
    );
}

interface RecentFlags extends VaultFlags {
  readonly limit: number;
}

function recentCommand(terminal: Terminal): Command {
  return vaultCommand('recent', 'List what you read lately.', 'chancery shelf recent')
    .option('--limit <number>', 'how many', wholeNumber(1, 100), 20)
    .action(
      withClient<RecentFlags>(terminal, async ({ client, report }, { limit }) => {
        const { recentDocuments } = await client.execute(RecentDocumentsDocument, { first: limit });
        const found = recentDocuments.edges.map(({ node: { readAt, document } }) => ({ readAt, ...document }));
        report.results(found, (all) => {
          const read = {
            title: 'Read',
            of: ({ readAt }: (typeof all)[number]) => readAt.slice(0, 16).replace('T', ' '),
          };
          return table(terminal, [read, ...documentColumns(terminal)], all, 'You have read nothing lately.');
        });
      }),
    );
}

function forgetCommand(terminal: Terminal): Command {
  return vaultCommand('forget', 'Forget what you read lately.', 'chancery shelf forget').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      await client.execute(ClearRecentDocumentsDocument, {});
      report.result({ forgotten: true }, () => 'Forgotten.');
    }),
  );
}

interface WatchFlags extends VaultFlags {
  readonly collection?: string;
  readonly document?: string;
}

function watchCommand(terminal: Terminal): Command {
  return watching(
    terminal,
    'watch',
    'Get a notice when something happens to a document, or in a collection.',
    async (client, target) => {
      const { watch } = await client.execute(WatchDocument, target);
      return watch;
    },
  );
}

function unwatchCommand(terminal: Terminal): Command {
  return watching(terminal, 'unwatch', 'Get no notices of it any more.', async (client, target) => {
    const { unwatch } = await client.execute(UnwatchDocument, target);
    if (!unwatch) throw new ChanceryError('NOT_FOUND', 'you do not watch it', { field: target.kind.toLowerCase() });
    return { ...target, watched: false };
  });
}

interface Target {
  readonly kind: WatchKind;
  readonly id: string;
}

function watching(
  terminal: Terminal,
  verb: 'watch' | 'unwatch',
  description: string,
  work: (client: Client, target: Target) => Promise<object>,
): Command {
  return vaultCommand(verb, description, `chancery shelf ${verb} --collection Rivers`)
    .option('--collection <collection>', 'name or id')
    .option('--document <id>', 'id of the document')
    .action(
      withClient<WatchFlags>(terminal, async ({ client, report }, flags) => {
        const done = await work(client, await targetOf(client, flags));
        report.result(done, () => (verb === 'watch' ? 'Watched: chancery notices' : 'No longer watched.'));
      }),
    );
}

async function targetOf(client: Client, { collection, document }: WatchFlags): Promise<Target> {
  if (collection !== undefined && document === undefined)
    return { kind: 'COLLECTION', id: (await findCollection(client, collection)).id };
  if (document !== undefined && collection === undefined) return { kind: 'DOCUMENT', id: document };
  throw usage('name a collection or a document', 'collection', 'Write --collection NAME or --document ID.');
}

function watchesCommand(terminal: Terminal): Command {
  return vaultCommand('watches', 'List what you watch.', 'chancery shelf watches').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      const found = await everyPage(async (after) => {
        return (await client.execute(WatchesDocument, { first: PAGE, after })).watches;
      });
      report.results(found, (all) => table(terminal, watchColumns(terminal), all, 'You watch nothing.'));
    }),
  );
}

function watchColumns({ colours }: Terminal): Column<WatchPartsFragment>[] {
  return [
    { title: 'What', of: ({ kind }) => kind.toLowerCase() },
    { title: 'Name', of: ({ collection, document }) => collection?.name ?? document?.title ?? '', flexible: true },
    { title: 'Id', of: ({ targetId }) => targetId, paint: colours.dim },
  ];
}

function documentColumns({ colours }: Terminal): Column<DocumentHeadFragment>[] {
  return [
    { title: 'Title', of: ({ title }) => title, flexible: true, paint: colours.bold },
    { title: 'Label', of: ({ label }) => label.marking },
    { title: 'Id', of: ({ id }) => id, paint: colours.dim },
  ];
}
