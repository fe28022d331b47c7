import type { Command } from 'commander';

import type { VerificationState, VerificationView } from '#client';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import { findPerson } from '../lookup.js';
import { requireQrFile, showQr, withQrOptions } from '../qrOptions.js';
import type { QrFlags } from '../qrOptions.js';
import { catchUpIfOnline, withClient } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';

interface VerifyFlags extends VaultFlags, QrFlags {
  readonly confirm?: boolean;
  readonly scanned?: string;
  readonly forget?: boolean;
}

export function verifyCommand(terminal: Terminal): Command {
  return withQrOptions(
    vaultCommand(
      'verify',
      'Compare the safety number with somebody: the same sixty digits on both screens mean that nobody stands between you.',
      'chancery verify "Leila Marchetti" --qr',
      'chancery verify "Leila Marchetti" --confirm',
    ),
  )
    .argument('<person>', 'name or id')
    .option('--confirm', 'you have compared, and both screens show the same')
    .option('--scanned <text>', "the text of the QR code on the other's screen")
    .option('--forget', 'go on without a comparison, for instance after the identity has changed')
    .action(
      withClient<VerifyFlags, [string]>(terminal, async (session, flags, wanted) => {
        const { confirm, scanned, forget } = flags;
        requireQrFile(flags);
        if ([confirm, scanned, forget].filter((flag) => flag !== undefined).length > 1) {
          throw usage('--confirm, --scanned and --forget exclude each other', '--confirm');
        }
        await catchUpIfOnline(session);
        const { verifications } = session.client;
        const { id } = await findPerson(session.client, wanted);
        const view = await (confirm === true
          ? verifications.confirm(id)
          : forget === true
            ? verifications.forget(id)
            : scanned === undefined
              ? verifications.of(id)
              : verifications.compare(scanned, id));
        session.report.result(view, () => words(terminal, view));
        await showQr(session.report, flags, view.text);
      }),
    );
}

const STATES: Readonly<Record<VerificationState, string>> = {
  unverified: 'not verified',
  verified: 'verified',
  changed: 'CHANGED since you compared: nothing is sent to conversations with this person until you decide',
};

function words({ colours }: Terminal, { personName, safetyNumber, state, text }: VerificationView): string {
  const groups = safetyNumber.split(' ');
  const paint = state === 'changed' ? colours.red : state === 'verified' ? colours.green : colours.yellow;
  return [
    `${colours.bold(personName)}  ${paint(STATES[state])}`,
    ...[0, 4, 8].map((first) => `  ${groups.slice(first, first + 4).join(' ')}`),
    colours.dim(text),
  ].join('\n');
}
