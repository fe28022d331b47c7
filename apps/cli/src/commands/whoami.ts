import type { Command } from 'commander';

import { hasCode } from '#client';
import type { Identity } from '#client';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { clearanceWords } from '../marking.js';
import { catchUpIfOnline, withClient } from '../session.js';
import type { Session } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { fields } from '../terminal/fields.js';

export function whoamiCommand(terminal: Terminal): Command {
  return vaultCommand(
    'whoami',
    'Show which person and device this vault belongs to.',
    'chancery whoami --vault ./ambassador',
  ).action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      await catchUpUnlessRevoked({ client, report });
      const identity = await client.whoami();
      report.result(identity, () => words(terminal, identity));
    }),
  );
}

/** A revoked device is told so by the server; whoever asks who they are still gets an answer. */
async function catchUpUnlessRevoked(session: Session): Promise<void> {
  try {
    await catchUpIfOnline(session);
  } catch (error) {
    if (!hasCode(error, 'DEVICE_REVOKED')) throw error;
  }
}

const STATES: Readonly<Record<Identity['state'], string>> = {
  waiting: 'waiting: an officer has yet to complete the enrolment',
  enrolled: 'enrolled',
  revoked: 'revoked: speak to your security officer',
};

function words(terminal: Terminal, identity: Identity): string {
  return fields(terminal, [
    ['Person', identity.personName, identity.personId],
    ['Device', identity.deviceName, identity.deviceId],
    ['State', STATES[identity.state]],
    ['Clearance', clearanceWords(identity.clearance)],
    ['Ministry', identity.ministryName],
    ['Root', identity.rootFingerprint],
    ['Server', identity.server],
  ]);
}
