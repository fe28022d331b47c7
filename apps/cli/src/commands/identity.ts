import { hostname } from 'node:os';
import { resolve } from 'node:path';

import type { Command } from 'commander';

import type { ApprovalView, Client, PersonView } from '#client';
import { requestIdentity } from '#client/node';

import { family, memoryOption, newVaultCommand, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import { findPerson } from '../lookup.js';
import { newPassphrase } from '../passphrase.js';
import { withClient, withReport } from '../session.js';
import type { Session } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { waitingWords } from './approvals.js';

export function identityCommand(terminal: Terminal): Command {
  return family('identity', 'Identity keys, under which the devices of people are known.', [
    rotateCommand(terminal),
    requestCommand(terminal),
  ]);
}

interface RotateFlags extends VaultFlags {
  readonly person?: string;
  readonly request?: string;
}

function rotateCommand(terminal: Terminal): Command {
  return vaultCommand(
    'rotate',
    'Take a new identity key now: your other devices get it too. Clients do it by themselves, once a year and when a device is revoked. ' +
      'For officers, with --person: give somebody another whose key is lost or stolen; a second officer has to approve it.',
    'chancery identity rotate',
    'chancery identity rotate --person "Clara Osei"',
    'chancery identity rotate --person "Clara Osei" --request chancery-identity:1.…',
  )
    .option('--person <person>', 'somebody else, whose devices are all revoked then: name or id')
    .option('--request <text>', 'what `chancery identity request` has shown on the new device of the person')
    .action(
      withClient<RotateFlags>(terminal, async (session, { person, request }) => {
        await session.client.catchUp();
        if (person === undefined) {
          if (request !== undefined) throw usage('whose request it is has to be said', '--person');
          await rotateOwn(terminal, session);
          return;
        }
        const whom = await findPerson(session.client, person);
        if (request === undefined) await showLink(terminal, session, whom);
        else await propose(terminal, session, whom, request);
      }),
    );
}

async function rotateOwn(terminal: Terminal, { client, report }: Session): Promise<void> {
  await client.identity.rotate();
  const { personId } = await client.whoami();
  const isOutdated = await hasOutdatedCode(client);
  report.result({ personId, rotated: true, recoveryOutdated: isOutdated }, () =>
    [
      'Your identity key is new, and your other devices get it by themselves.',
      terminal.colours.dim('People who have verified you need not do it again.'),
      ...(isOutdated ? ['Your recovery code does not lead to it. Next: chancery recovery new'] : []),
    ].join('\n'),
  );
}

const hasOutdatedCode = async ({ recovery }: Client): Promise<boolean> => (await recovery.refresh()) === 'outdated';

/** First step: what the person needs on a new device. */
async function showLink({ colours }: Terminal, { client, report }: Session, { id, name }: PersonView): Promise<void> {
  const link = await client.administration.identityLink(id);
  report.result({ personId: id, personName: name, link }, () =>
    [
      `On a new device ${name} runs:`,
      `  ${colours.bold(`chancery identity request "${link}"`)}`,
      'and gives you the text that it shows. Then:',
      `  chancery identity rotate --person "${name}" --request "…"`,
    ].join('\n'),
  );
}

/** Second step; another officer takes the third. */
async function propose(
  terminal: Terminal,
  { client, report }: Session,
  { id }: PersonView,
  request: string,
): Promise<void> {
  const outcome = await client.administration.rotateIdentity(id, request);
  if (outcome.done) throw new Error('two officers decide about the identity key of somebody else');
  const { approval } = outcome;
  report.result(proposed(approval), () =>
    [
      waitingWords(terminal, approval),
      terminal.colours.yellow('Compare the number with the person by voice, both of you.'),
    ].join('\n'),
  );
}

const proposed = ({ id, state, words, expiresAt }: ApprovalView) => ({ approvalId: id, state, words, expiresAt });

interface RequestFlags extends VaultFlags {
  readonly device: string;
  readonly argon2Mib: number;
}

function requestCommand(terminal: Terminal): Command {
  return newVaultCommand(
    'request',
    'Ask for a new identity key on a new device, because yours is lost or in wrong hands; two officers have to put it in force.',
    'chancery identity request "https://chancery.example/identity#…" --vault ./new-laptop',
  )
    .argument('<link>', 'what your security officer gave you, in quotes')
    .option('--device <name>', 'name of this device', hostname())
    .addOption(memoryOption())
    .action(
      withReport<RequestFlags, [string]>(terminal, async (report, flags, link) => {
        const passphrase = await newPassphrase(terminal, flags);
        const { vault: folder, device: deviceName, argon2Mib: memoryMiB } = flags;
        const { client, text, number } = await requestIdentity({ folder, passphrase, memoryMiB, link, deviceName });
        await client.close();
        const { colours } = terminal;
        report.result({ text, number, vault: resolve(folder) }, () =>
          [
            'Give your security officer this text:',
            `  ${text}`,
            `and read this number to both officers when they call you:  ${colours.bold(number)}`,
            'When they have decided, chancery whoami says so.',
          ].join('\n'),
        );
      }),
    );
}
