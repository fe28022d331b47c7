/**
 * A program of its own in which some of the soak's devices live: `node residents.js` takes commands on stdin and speaks on stdout. It is made
 * to be killed at any moment and started again.
 */
import './withoutFsync.js'; // before anything that takes hold of the function

import { createInterface } from 'node:readline';

import { ready } from '#primitives';

import { randomFrom } from '../support/clientsRandom.js';
import { tapEncryptions } from './aeadTap.js';
import type { Command, Said, Task } from './protocol.js';
import { Resident } from './resident.js';

const residents = new Map<string, Resident>();

function say(said: Said): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

const house = { say, random: randomFrom(Number(process.env['SOAK_SEED'])) };

async function carryOut(tag: string, task: Task): Promise<unknown> {
  if (task.do === 'open') {
    residents.set(tag, await Resident.open(task.spec, task.conversations, house));
    return undefined;
  }
  const resident = residents.get(tag);
  if (!resident) throw new Error(`${tag} does not live here`);
  const { client } = resident;
  switch (task.do) {
    case 'close':
      residents.delete(tag);
      return resident.close();
    case 'allow':
      resident.allow(task.limit);
      return undefined;
    case 'add':
      await resident.persist(() => client.addPeople(task.conversation, task.personIds));
      return undefined;
    case 'remove':
      await resident.persist(() => client.removePeople(task.conversation, task.personIds));
      return undefined;
    case 'rename':
      await client.rename(task.conversation, task.name);
      return undefined;
    case 'revoke':
      return resident.persist(() => client.revokeDevice(task.deviceId));
    case 'pair':
      return resident.pair(task.code);
    case 'settle':
      return resident.settle();
    case 'read':
      return resident.read(task.conversation);
  }
}

async function answer({ number, tag, task }: Command): Promise<void> {
  try {
    say({ say: 'answer', number, result: await carryOut(tag, task) });
  } catch (error) {
    say({
      say: 'answer',
      number,
      error: error instanceof Error ? `${error.message} ${error.stack ?? ''}` : String(error),
    });
  }
}

await ready();
tapEncryptions(process.env['SOAK_TAP'] ?? '');
createInterface({ input: process.stdin })
  .on('line', (line) => void answer(JSON.parse(line) as Command))
  .on('close', () => process.exit()); // whoever gave the commands is gone
say({ say: 'ready' });
