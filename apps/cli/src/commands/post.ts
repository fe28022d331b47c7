import type { Command } from 'commander';

import type { PostView } from '#client';
import { CreatePostDocument } from '#contracts';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { newId } from '../id.js';
import { findPost, shortId } from '../lookup.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

export function postCommand(terminal: Terminal): Command {
  return family('post', 'List departments and missions, and open new ones.', [
    listCommand(terminal),
    createCommand(terminal),
  ]);
}

function listCommand(terminal: Terminal): Command {
  return vaultCommand('list', 'List departments and missions.', 'chancery post list').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      await client.catchUp();
      report.results(await client.posts(), (posts) => postTable(terminal, posts));
    }),
  );
}

interface CreateFlags extends VaultFlags {
  readonly zone: string;
  readonly country?: string;
  readonly parent?: string;
}

function createCommand(terminal: Terminal): Command {
  return vaultCommand(
    'create',
    'Open a mission (with --country) or a department.',
    'chancery post create "Embassy in Muscat" --country OM --zone Asia/Muscat',
  )
    .argument('<name>', 'name of the post')
    .requiredOption('--zone <zone>', 'its time zone, for instance Asia/Muscat')
    .option('--country <code>', 'where the mission is: ISO 3166, for instance OM')
    .option('--parent <post>', 'the post that it belongs to: name or id')
    .action(
      withClient<CreateFlags, [string]>(terminal, async ({ client, report }, flags, name) => {
        const { zone: timeZone, country, parent } = flags;
        const place = country === undefined ? {} : { country: country.toUpperCase() };
        const above = parent === undefined ? {} : { parentId: (await findPost(client, parent)).id };
        const kind = country === undefined ? 'DEPARTMENT' : 'MISSION';
        const { createPost } = await client.execute(CreatePostDocument, {
          input: { id: newId(), name, kind, timeZone, ...place, ...above },
        });
        report.result(createPost, () => `${createPost.name} is open.\n${terminal.colours.dim(createPost.id)}`);
      }),
    );
}

function postTable(terminal: Terminal, posts: readonly PostView[]): string {
  return table(
    terminal,
    [
      { title: 'Name', of: ({ name }) => name, flexible: true, paint: terminal.colours.bold },
      { title: 'Kind', of: ({ kind }) => kind.toLowerCase() },
      { title: 'Country', of: ({ country }) => country ?? '' },
      { title: 'Time there', of: ({ timeZone }) => timeIn(timeZone) },
      { title: 'Zone', of: ({ timeZone }) => timeZone, flexible: true },
      { title: 'Id', of: ({ id }) => shortId(id), paint: terminal.colours.dim },
    ],
    posts,
    'There is no post yet.',
  );
}

function timeIn(timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit' });
  return format.format(new Date());
}
