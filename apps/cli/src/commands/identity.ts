import type { Command } from 'commander';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { withClient } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';

export function identityCommand(terminal: Terminal): Command {
  return family('identity', 'Your identity key, under which your devices are known.', [rotateCommand(terminal)]);
}

function rotateCommand(terminal: Terminal): Command {
  return vaultCommand(
    'rotate',
    'Take a new identity key, once a year for instance: your devices go on, and only this one can add devices then.',
    'chancery identity rotate',
  ).action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      await client.catchUp();
      await client.administration.rotateIdentity();
      const { personId } = await client.whoami();
      report.result({ personId, rotated: true }, () =>
        [
          'Your identity key is new.',
          terminal.colours.dim('People who had verified you are asked to compare numbers with you again.'),
          'Your recovery code opens nothing any more. Next: chancery recovery new',
        ].join('\n'),
      );
    }),
  );
}
