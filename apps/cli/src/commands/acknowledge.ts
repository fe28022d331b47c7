import type { Command } from 'commander';

import type { Client } from '#client';
import {
  AcknowledgeDocumentDocument,
  AcknowledgementListsDocument,
  AskAcknowledgementDocument,
  CloseAcknowledgementDocument,
  MyReadingDutiesDocument,
} from '#contracts';
import type { AcknowledgementListPartsFragment, ReadingDutyPartsFragment } from '#contracts';

import { collect, family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { newId } from '../id.js';
import { choose, findPeople, findPost, shortId } from '../lookup.js';
import { PAGE, everyPage } from '../pages.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { oneLine } from '../terminal/text.js';
import { time } from '../values.js';

interface AskFlags extends VaultFlags {
  readonly by?: string[];
  readonly post?: string[];
  readonly until?: string;
  readonly note: string;
  readonly everyVersion?: boolean;
}

export function acknowledgeCommand(terminal: Terminal): Command {
  return family('acknowledge', 'Ask colleagues to say that they have read a document, and say so yourself.', [
    askCommand(terminal),
    listCommand(terminal),
    doneCommand(terminal),
    showCommand(terminal),
    closeCommand(terminal),
  ]);
}

function askCommand(terminal: Terminal): Command {
  return vaultCommand(
    'ask',
    'Ask people, or whoever is in a post, to read a document.',
    'chancery acknowledge ask 019a… --by "Leila Haddad" --post Lima --until 2026-12-01',
  )
    .argument('<document>', 'id of the document')
    .option('--by <person>', 'who is asked: name or id; may be given several times', collect)
    .option('--post <post>', 'whoever is in this post now; may be given several times', collect)
    .option('--until <date>', 'until when; they are reminded a day before, and then', time)
    .option('--every-version', 'ask again at every new version')
    .option('--note <text>', 'what they should know', '')
    .action(
      withClient<AskFlags, [string]>(terminal, async ({ client, report }, flags, documentId) => {
        await client.catchUp();
        const people = await findPeople(client, flags.by ?? []);
        const posts = await Promise.all((flags.post ?? []).map((name) => findPost(client, name)));
        const input = {
          id: newId(),
          documentId,
          personIds: people.map(({ id }) => id),
          postIds: posts.map(({ id }) => id),
          everyVersion: flags.everyVersion === true,
          note: flags.note,
          ...(flags.until === undefined ? {} : { dueAt: flags.until }),
        };
        const { askAcknowledgement: list } = await client.execute(AskAcknowledgementDocument, { input });
        const count = String(list.people.length);
        report.result(list, () => `Version ${String(list.version)} waits for ${count} people to read it.\n${list.id}`);
      }),
    );
}

function listCommand(terminal: Terminal): Command {
  return vaultCommand('list', 'List what you were asked to read.', 'chancery acknowledge list')
    .option('--all', 'what you have acknowledged, too')
    .action(
      withClient<VaultFlags & { readonly all?: boolean }>(terminal, async ({ client, report }, { all }) => {
        report.results(await duties(client, all === true), (found) => dutyTable(terminal, found));
      }),
    );
}

function doneCommand(terminal: Terminal): Command {
  return vaultCommand(
    'done',
    'Say that you have read a document, signed by this device.',
    'chancery acknowledge done 4b1c0a9e',
  )
    .argument('<list>', 'id of the list, or its end')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, wanted) => {
        const open = await duties(client, true);
        const named = open.map(({ id, version }) => ({ id, name: id, version }));
        const { id: listId, version } = choose('list', wanted, named);
        const { acknowledgeDocument } = await client.execute(AcknowledgeDocumentDocument, { listId, version });
        report.result(acknowledgeDocument, () => `Acknowledged: version ${String(version)}.`);
      }),
    );
}

function showCommand(terminal: Terminal): Command {
  return vaultCommand('show', 'Show who has read a document, and who has not.', 'chancery acknowledge show 019a…')
    .argument('<document>', 'id of the document')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, documentId) => {
        const lists = await everyPage(async (after) => {
          const asked = { documentId, first: PAGE, after };
          return (await client.execute(AcknowledgementListsDocument, asked)).acknowledgementLists;
        });
        const names = new Map((await client.people()).map(({ id, name }) => [id, name]));
        report.results(lists, (found) => listWords(terminal, found, names));
      }),
    );
}

function closeCommand(terminal: Terminal): Command {
  return vaultCommand('close', 'End a list: nobody is asked any more.', 'chancery acknowledge close 019a…')
    .argument('<list>', 'id of the list')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, id) => {
        const { closeAcknowledgement: closed } = await client.execute(CloseAcknowledgementDocument, { id });
        report.result({ id, closed }, () => (closed ? 'The list is closed.' : 'The list was closed before.'));
      }),
    );
}

function duties(client: Client, isForAll: boolean): Promise<ReadingDutyPartsFragment[]> {
  return everyPage(async (after) => {
    const asked = { first: PAGE, after, openOnly: !isForAll };
    return (await client.execute(MyReadingDutiesDocument, asked)).myReadingDuties;
  });
}

function dutyTable(terminal: Terminal, found: readonly ReadingDutyPartsFragment[]): string {
  return table(
    terminal,
    [
      { title: 'Until', of: ({ dueAt }) => dueAt?.slice(0, 10) ?? '' },
      { title: 'Document', of: ({ document }) => document?.title ?? '', flexible: true },
      { title: 'Version', of: ({ version }) => String(version) },
      { title: 'Note', of: ({ note }) => note, flexible: true },
      { title: 'Read', of: ({ isDone }) => (isDone ? 'yes' : 'no') },
      { title: 'List', of: ({ id }) => shortId(id), paint: terminal.colours.dim },
    ],
    found,
    'Nothing waits for you.',
  );
}

function listWords(
  terminal: Terminal,
  lists: readonly AcknowledgementListPartsFragment[],
  names: ReadonlyMap<string, string>,
): string {
  if (lists.length === 0) return terminal.colours.dim('Nobody was asked.');
  return lists.map((list) => `${heading(terminal, list)}\n${peopleTable(terminal, list, names)}`).join('\n\n');
}

function heading({ colours }: Terminal, list: AcknowledgementListPartsFragment): string {
  const until = list.dueAt === null ? '' : `, until ${list.dueAt.slice(0, 10)}`;
  const state = list.closedAt === null ? '' : ', closed';
  const note = list.note === '' ? '' : `\n${oneLine(list.note)}`;
  return `${colours.bold(`Version ${String(list.version)}${until}${state}`)}  ${colours.dim(list.id)}${note}`;
}

function peopleTable(
  terminal: Terminal,
  { people }: AcknowledgementListPartsFragment,
  names: ReadonlyMap<string, string>,
): string {
  return table(
    terminal,
    [
      { title: 'Person', of: ({ personId }) => names.get(personId) ?? personId, flexible: true },
      { title: 'Read', of: ({ isDone }) => (isDone ? 'yes' : 'waiting') },
      { title: 'Version', of: ({ version }) => (version === null ? '' : String(version)) },
      { title: 'When', of: ({ acknowledgedAt }) => acknowledgedAt?.slice(0, 16).replace('T', ' ') ?? '' },
    ],
    people,
    'Nobody was asked.',
  );
}
