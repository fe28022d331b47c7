import type { Command } from 'commander';

import type { PersonView } from '#client';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { choose, shortId } from '../lookup.js';
import { clearanceWords } from '../marking.js';
import { catchUpIfOnline, withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

interface PeopleFlags extends VaultFlags {
  readonly post?: string;
  readonly devices?: boolean;
}

export function peopleCommand(terminal: Terminal): Command {
  return vaultCommand(
    'people',
    'List the people of the ministry, as the signed directory says.',
    'chancery people --post "Embassy in Tashkent" --devices',
  )
    .option('--post <post>', 'only the people of this post')
    .option('--devices', 'with their devices')
    .action(
      withClient<PeopleFlags>(terminal, async ({ client, report }, { post, devices }) => {
        await catchUpIfOnline({ client, report });
        const everybody = await client.people();
        const people = post === undefined ? everybody : ofPost(everybody, post);
        report.results(people, (all) => (devices === true ? deviceTable(terminal, all) : peopleTable(terminal, all)));
      }),
    );
}

function ofPost(people: readonly PersonView[], wanted: string): PersonView[] {
  const posts = [...new Map(people.map(({ postId, postName }) => [postId, { id: postId, name: postName }])).values()];
  const { id } = choose('post', wanted, posts);
  return people.filter(({ postId }) => postId === id);
}

function peopleTable(terminal: Terminal, people: readonly PersonView[]): string {
  return table(
    terminal,
    [
      { title: 'Name', of: ({ name }) => name, flexible: true, paint: terminal.colours.bold },
      { title: 'Title', of: ({ title = '' }) => title, flexible: true },
      { title: 'Post', of: ({ postName }) => postName, flexible: true },
      { title: 'Clearance', of: ({ clearance }) => clearanceWords(clearance), flexible: true },
      { title: 'Identity', of: ({ verification }) => (verification === 'unverified' ? '' : verification) },
      { title: 'Devices', of: ({ devices }) => deviceCount(devices) },
      { title: 'Id', of: ({ id }) => shortId(id), paint: terminal.colours.dim },
    ],
    people,
    'Nobody is enrolled yet.',
  );
}

function deviceCount(devices: PersonView['devices']): string {
  const revoked = devices.filter((device) => device.revoked).length;
  return revoked === 0 ? String(devices.length) : `${devices.length} (${revoked} revoked)`;
}

function deviceTable(terminal: Terminal, people: readonly PersonView[]): string {
  const devices = people.flatMap((person) => person.devices.map((device) => ({ person, device })));
  return table(
    terminal,
    [
      { title: 'Person', of: ({ person }) => person.name, flexible: true },
      { title: 'Device', of: ({ device }) => device.name, flexible: true },
      {
        title: 'State',
        of: ({ device }) => (device.revoked ? 'revoked' : 'in use'),
        paint: (cell, { device }) => (device.revoked ? terminal.colours.red(cell) : cell),
      },
      { title: 'Id', of: ({ device }) => shortId(device.id), paint: terminal.colours.dim },
    ],
    devices,
    'There is no device yet.',
  );
}
