import type { Command } from 'commander';

import type { Role } from '#contracts';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { findPerson, findPost } from '../lookup.js';
import { withClient } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { roles, time } from '../values.js';

interface RolesFlags extends VaultFlags {
  readonly post?: string;
  readonly until?: string;
}

export function rolesCommand(terminal: Terminal): Command {
  return vaultCommand(
    'roles',
    'Give somebody roles, in place of the ones held so far, by a signed statement. Roles open commands, never conversations or documents.',
    'chancery roles "Élise Moreau" member planner',
    'chancery roles "Élise Moreau" member --post "Embassy in Lima"',
  )
    .argument('<person>', 'name or id')
    .argument('<role...>', 'member, planner, registrar, security_officer, auditor', roles)
    .option('--post <post>', 'where the person serves from now on: name or id')
    .option('--until <date>', 'when the roles end, for instance 2027-06-30', time)
    .action(
      withClient<RolesFlags, [string, Role[]]>(terminal, async ({ client, report }, { post, until }, wanted, given) => {
        await client.catchUp();
        const { id, name } = await findPerson(client, wanted);
        const postId = post === undefined ? undefined : (await findPost(client, post)).id;
        await client.administration.assign(id, {
          roles: given,
          ...(postId === undefined ? {} : { postId }),
          ...(until === undefined ? {} : { until }),
        });
        const held = (await findPerson(client, id)).roles ?? [];
        report.result({ id, name, roles: held }, () => `${name}: ${held.map((role) => role.toLowerCase()).join(', ')}`);
      }),
    );
}
