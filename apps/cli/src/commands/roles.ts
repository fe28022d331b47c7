import type { Command } from 'commander';

import { SetRolesDocument } from '#contracts';
import type { Role } from '#contracts';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { findPerson } from '../lookup.js';
import { withClient } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { roles } from '../values.js';

export function rolesCommand(terminal: Terminal): Command {
  return vaultCommand(
    'roles',
    'Give somebody roles, in place of the ones held so far. Roles open commands, never conversations or documents.',
    'chancery roles "Élise Moreau" member planner',
  )
    .argument('<person>', 'name or id')
    .argument('<role...>', 'member, planner, registrar, security_officer, auditor', roles)
    .action(
      withClient<VaultFlags, [string, Role[]]>(terminal, async ({ client, report }, _, wanted, given) => {
        await client.catchUp();
        const { id: personId } = await findPerson(client, wanted);
        const { setRoles } = await client.execute(SetRolesDocument, { personId, roles: given });
        const { id, name, roles: held } = setRoles;
        report.result({ id, name, roles: held }, () => `${name}: ${held.map((role) => role.toLowerCase()).join(', ')}`);
      }),
    );
}
