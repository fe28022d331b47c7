import type { Command } from 'commander';

import type { Client } from '#client';
import {
  ChangeSavedSearchDocument,
  DeleteSavedSearchDocument,
  SaveSearchDocument,
  SavedSearchesDocument,
  SearchDocument,
} from '#contracts';
import type { SavedSearchPartsFragment, SearchInput } from '#contracts';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { searchWords } from '../documentWords.js';
import { newId } from '../id.js';
import { choose, shortId } from '../lookup.js';
import { PAGE, everyPage } from '../pages.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { isolate, oneLine } from '../terminal/text.js';
import { wholeNumber } from '../values.js';
import { askedFor, narrowed, searchJson } from './search.js';
import type { NarrowingFlags } from './search.js';

export function savedCommand(terminal: Terminal): Command {
  return family('saved', 'Keep searches: run them by their names, and be told when something new comes up.', [
    addCommand(terminal),
    listCommand(terminal),
    runCommand(terminal),
    changeCommand(terminal),
    deleteCommand(terminal),
  ]);
}

interface AddFlags extends NarrowingFlags {
  readonly alert?: boolean;
}

function addCommand(terminal: Terminal): Command {
  const command = vaultCommand(
    'add',
    'Keep a search under a name.',
    'chancery saved add "River shares" karsu water --kind cable --alert',
  )
    .argument('<name>', 'what you call it')
    .argument('<words...>', 'what to look for');
  return narrowed(command)
    .option('--alert', 'give a notice when something comes up that you may read')
    .action(
      withClient<AddFlags, [string, string[]]>(terminal, async ({ client, report }, flags, name, words) => {
        const search = await askedFor(client, words, flags);
        const input = { id: newId(), name, search, alerts: flags.alert === true };
        const { saveSearch } = await client.execute(SaveSearchDocument, { input });
        report.result(
          shown(saveSearch),
          () => `Kept. Run it: chancery saved run "${isolate(oneLine(saveSearch.name))}"`,
        );
      }),
    );
}

function listCommand(terminal: Terminal): Command {
  return vaultCommand('list', 'List the searches that you keep.', 'chancery saved list').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      const all = (await savedSearches(client)).map(shown);
      report.results(all, (found) => savedTable(terminal, found));
    }),
  );
}

interface RunFlags extends VaultFlags {
  readonly limit: number;
}

function runCommand(terminal: Terminal): Command {
  return vaultCommand('run', 'Search again for what you keep.', 'chancery saved run "River shares"')
    .argument('<name>', 'name or id, or the beginning of either')
    .option('--limit <number>', 'how many hits', wholeNumber(1, 100), 10)
    .action(
      withClient<RunFlags, [string]>(terminal, async ({ client, report }, { limit }, wanted) => {
        const { search: kept } = shown(await findSaved(client, wanted));
        const { search } = await client.execute(SearchDocument, { input: { ...kept, first: limit } });
        report.result(searchJson(kept.query, search), () => searchWords(terminal, search));
      }),
    );
}

interface ChangeFlags extends VaultFlags {
  readonly name?: string;
  readonly alert?: boolean;
}

function changeCommand(terminal: Terminal): Command {
  return vaultCommand(
    'change',
    'Rename a search that you keep, or switch its notices.',
    'chancery saved change "River shares" --name Rivers --no-alert',
  )
    .argument('<name>', 'name or id, or the beginning of either')
    .option('--name <name>', 'another name')
    .option('--alert', 'give a notice when something comes up')
    .option('--no-alert', 'give none')
    .action(
      withClient<ChangeFlags, [string]>(terminal, async ({ client, report }, { name, alert }, wanted) => {
        const { id } = await findSaved(client, wanted);
        const change = { id, name: name ?? null, alerts: alert ?? null };
        const { changeSavedSearch } = await client.execute(ChangeSavedSearchDocument, change);
        report.result(shown(changeSavedSearch), () => 'Changed.');
      }),
    );
}

function deleteCommand(terminal: Terminal): Command {
  return vaultCommand('delete', 'Keep a search no longer.', 'chancery saved delete "River shares"')
    .argument('<name>', 'name or id, or the beginning of either')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _flags, wanted) => {
        const { id, name } = await findSaved(client, wanted);
        await client.execute(DeleteSavedSearchDocument, { id });
        report.result({ id, deleted: true }, () => `“${isolate(oneLine(name))}” is no longer kept.`);
      }),
    );
}

/** A kept search with its request read. */
type Shown = Omit<SavedSearchPartsFragment, 'request'> & { readonly search: SearchInput };

function shown({ request, ...rest }: SavedSearchPartsFragment): Shown {
  return { ...rest, search: JSON.parse(request) as SearchInput };
}

async function savedSearches(client: Client): Promise<SavedSearchPartsFragment[]> {
  return everyPage(async (after) => {
    const { savedSearches: page } = await client.execute(SavedSearchesDocument, { first: PAGE, after });
    return page;
  });
}

async function findSaved(client: Client, wanted: string): Promise<SavedSearchPartsFragment> {
  return choose('saved search', wanted, await savedSearches(client));
}

function savedTable(terminal: Terminal, found: readonly Shown[]): string {
  return table(
    terminal,
    [
      { title: 'Name', of: ({ name }) => name, paint: terminal.colours.bold },
      { title: 'Looks for', of: ({ search }) => search.query, flexible: true },
      { title: 'Notices', of: ({ alerts }) => (alerts ? 'yes' : '') },
      { title: 'Id', of: ({ id }) => shortId(id), paint: terminal.colours.dim },
    ],
    found,
    'You keep no searches.',
  );
}
