import type { Command } from 'commander';

import type { RoleHolder } from '#client';
import type { Role } from '#contracts';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { choose, findPerson, findPost } from '../lookup.js';
import { withClient } from '../session.js';
import type { Session } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { roles, time } from '../values.js';

interface RolesFlags extends VaultFlags {
  readonly post?: string;
  readonly title?: string;
  readonly until?: string | null;
}

export function rolesCommand(terminal: Terminal): Command {
  return vaultCommand(
    'roles',
    'List who has which roles; or give somebody roles, in place of the ones held so far, by a signed statement. Roles open commands, never conversations or documents.',
    'chancery roles',
    'chancery roles "Élise Moreau" member planner',
    'chancery roles "Élise Moreau" member --post "Embassy in Lima" --title "Ambassador"',
  )
    .argument('[person]', 'name or id; without one, everybody is listed')
    .argument('[role...]', 'member, planner, registrar, security_officer, auditor', roles)
    .option('--post <post>', 'where the person serves from now on: name or id')
    .option('--title <title>', 'what the person is called there from now on; "" for nothing; default: as before')
    .option('--until <date>', 'when the roles end, for instance 2027-06-30, or "never"; default: as before', endOfRoles)
    .action(
      withClient<RolesFlags, [string | undefined, Role[] | undefined]>(
        terminal,
        async (session, flags, wanted, given = []) => {
          await session.client.catchUp();
          if (wanted === undefined || given.length === 0) await list(session, wanted);
          else await assign(session, flags, wanted, given);
        },
      ),
    );
}

async function assign(
  { client, report }: Session,
  { post, title, until }: RolesFlags,
  wanted: string,
  given: readonly Role[],
): Promise<void> {
  const { id, name } = await findPerson(client, wanted);
  const postId = post === undefined ? undefined : (await findPost(client, post)).id;
  await client.administration.assign(id, {
    roles: given,
    ...(postId === undefined ? {} : { postId }),
    ...(title === undefined ? {} : { title }),
    ...(until === undefined ? {} : { until }),
  });
  const { roles: held = [], title: called } = await findPerson(client, id);
  const words = called === undefined ? name : `${name}, ${called}`;
  report.result({ id, name, title: called, roles: held }, () => `${words}: ${inWords(held)}`);
}

async function list({ client, report }: Session, wanted: string | undefined): Promise<void> {
  const everybody = (await client.administration.roleHolders()).map((holder) => ({ ...holder, id: holder.personId }));
  const holders = wanted === undefined ? everybody : [choose('person', wanted, everybody)];
  const { terminal } = report;
  report.results(
    holders.map(({ personId, name, roles: held, until, signed }) => ({ personId, name, roles: held, until, signed })),
    (all) => roleTable(terminal, all),
  );
  const unsigned = holders.filter(({ signed }) => !signed);
  if (unsigned.length === 0) return;
  const words = `Not signed by anybody, from before roles were signed: ${unsigned.map(({ name }) => name).join(', ')}.`;
  report.note(
    terminal.colours.yellow(`${words} An officer with the power assign signs them: chancery roles <person> <role>…`),
  );
}

function roleTable(terminal: Terminal, holders: readonly RoleHolder[]): string {
  return table(
    terminal,
    [
      { title: 'Name', of: ({ name }) => name, flexible: true, paint: terminal.colours.bold },
      { title: 'Roles', of: ({ roles: held }) => inWords(held), flexible: true },
      { title: 'Until', of: ({ until = '' }) => until.slice(0, 10) },
      {
        title: 'By',
        of: ({ signed }) => (signed ? 'statement' : "the server's word"),
        paint: (cell, { signed }) => (signed ? cell : terminal.colours.yellow(cell)),
      },
    ],
    holders,
    'Nobody is enrolled yet.',
  );
}

const endOfRoles = (value: string): string | null => (value.trim() === 'never' ? null : time(value));

const inWords = (held: readonly string[]): string => held.map((role) => role.toLowerCase()).join(', ');
