import type { Command } from 'commander';

import type { Client, DeviceView, Outcome, PersonView, RevocationReason } from '#client';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import { choose, findPeople, findPerson, findPost } from '../lookup.js';
import { withClient } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { revocationReason } from '../values.js';
import { waitingWords } from './approvals.js';

interface ReasonFlags extends VaultFlags {
  readonly reason?: RevocationReason;
}

interface DeviceFlags extends ReasonFlags {
  readonly person?: string;
}

/** `chancery revoke DEVICE` is short for `chancery revoke device DEVICE`. */
export function revokeCommand(terminal: Terminal): Command {
  // options after the name of a subcommand are that one's
  return deviceCommand(terminal, 'revoke')
    .enablePositionalOptions()
    .addCommand(deviceCommand(terminal, 'device'))
    .addCommand(personCommand(terminal))
    .addCommand(missionCommand(terminal));
}

function deviceCommand(terminal: Terminal, name: string): Command {
  return vaultCommand(
    name,
    'Revoke a device: from now on it receives nothing, and every conversation changes its keys. This cannot be undone.',
    'chancery revoke device "Laptop, New York" --person "Clara Osei" --reason stolen',
    'chancery revoke 0195f1c2-7a64-7c11-9d2e-5f4b1c0a9e77',
  )
    .argument('<device>', 'id or name of the device')
    .option('--person <person>', 'whose device it is: name or id')
    .option('--reason <reason>', REASONS, revocationReason)
    .action(
      withClient<DeviceFlags, [string]>(terminal, async ({ client, report }, { person, reason }, wanted) => {
        await client.catchUp();
        const owner = person === undefined ? undefined : await findPerson(client, person);
        const device = choose('device', wanted, await usableDevices(client, owner));
        await client.revokeDevice(device.id, reason);
        await client.catchUp();
        report.result({ deviceId: device.id, personId: device.personId, revoked: true }, () =>
          words(terminal, device.name),
        );
      }),
    );
}

const REASONS = 'compromised, lost, retired, stolen or withdrawn';

function personCommand(terminal: Terminal): Command {
  return vaultCommand(
    'person',
    'Revoke people with all their devices, for good; more than one within a day takes a second officer.',
    'chancery revoke person "Clara Osei" --reason compromised',
  )
    .argument('<person...>', 'names or ids')
    .option('--reason <reason>', REASONS, revocationReason)
    .action(
      withClient<ReasonFlags, [string[]]>(terminal, async ({ client, report }, { reason }, wanted) => {
        await client.catchUp();
        const people = await findPeople(client, wanted);
        const outcome = await client.administration.revokePeople(
          people.map(({ id }) => id),
          reason,
        );
        report.result(resultOf(outcome), () =>
          outcome.done
            ? words(terminal, people.map(({ name }) => name).join(', '))
            : waitingWords(terminal, outcome.approval),
        );
      }),
    );
}

function missionCommand(terminal: Terminal): Command {
  return vaultCommand(
    'mission',
    'Propose to revoke all devices of everybody at a post; it holds when another officer has approved it.',
    'chancery revoke mission "Embassy in Tashkent" --reason compromised',
  )
    .argument('<post>', 'name or id of the mission or department')
    .option('--reason <reason>', REASONS, revocationReason)
    .action(
      withClient<ReasonFlags, [string]>(terminal, async ({ client, report }, { reason }, wanted) => {
        await client.catchUp();
        const { id, name } = await findPost(client, wanted);
        const outcome = await client.administration.revokePost(id, reason);
        report.result(resultOf(outcome), () =>
          outcome.done ? words(terminal, name) : waitingWords(terminal, outcome.approval),
        );
      }),
    );
}

const resultOf = (outcome: Outcome): object =>
  outcome.done ? { revoked: true } : { revoked: false, approvalId: outcome.approval.id };

async function usableDevices(client: Client, owner: PersonView | undefined): Promise<DeviceView[]> {
  const people = owner ? [owner] : await client.people();
  const devices = people.flatMap((person) => person.devices).filter(({ revoked }) => !revoked);
  if (devices.length === 0) throw usage('there is no device in use', '--person');
  return devices;
}

function words({ colours }: Terminal, name: string): string {
  return [
    `${colours.red('revoked')}  ${name}`,
    'The server gives it nothing more, and nothing that is written from now on can be read with it.',
    'What it already held stays sealed behind its passphrase only.',
  ].join('\n');
}
