import type { Command } from 'commander';

import type { Client, DeviceView, PersonView } from '#client';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import { choose, findPerson } from '../lookup.js';
import { withClient } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';

interface RevokeFlags extends VaultFlags {
  readonly person?: string;
}

export function revokeCommand(terminal: Terminal): Command {
  return vaultCommand(
    'revoke',
    'Revoke a device: from now on it receives nothing, and every conversation changes its keys. This cannot be undone.',
    'chancery revoke "Laptop, New York" --person "Clara Osei"',
    'chancery revoke 0195f1c2-7a64-7c11-9d2e-5f4b1c0a9e77',
  )
    .argument('<device>', 'id or name of the device')
    .option('--person <person>', 'whose device it is: name or id')
    .action(
      withClient<RevokeFlags, [string]>(terminal, async ({ client, report }, { person }, wanted) => {
        await client.catchUp();
        const owner = person === undefined ? undefined : await findPerson(client, person);
        const device = choose('device', wanted, await usableDevices(client, owner));
        await client.revokeDevice(device.id);
        await client.catchUp();
        report.result({ deviceId: device.id, personId: device.personId, revoked: true }, () => words(terminal, device));
      }),
    );
}

async function usableDevices(client: Client, owner: PersonView | undefined): Promise<DeviceView[]> {
  const people = owner ? [owner] : await client.people();
  const devices = people.flatMap((person) => person.devices).filter(({ revoked }) => !revoked);
  if (devices.length === 0) throw usage('there is no device in use', '--person');
  return devices;
}

function words({ colours }: Terminal, { name }: DeviceView): string {
  return [
    `${colours.red('revoked')}  ${name}`,
    'The server gives it nothing more, and nothing that is written from now on can be read with it.',
    'What it already held stays sealed behind its passphrase only.',
  ].join('\n');
}
