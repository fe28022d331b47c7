import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildCommand, chancery, chanceryStays } from '../support/commandLine.js';
import type { Staying } from '../support/commandLine.js';

const TOKEN = 'a founding token for this test only';
const PASSPHRASE = 'granite teapot willows before monday';
const ENVIRONMENT = { CHANCERY_PASSPHRASE: PASSPHRASE };

let folder: string;
let server: Staying;
let url: string;

const vault = (name: string): string => join(folder, name);

/** Runs a command that has to succeed, and gives its JSON lines. */
async function json(
  name: string,
  args: string[],
  more: Record<string, string> = {},
): Promise<Record<string, unknown>[]> {
  const all = [...args, '--vault', vault(name), '--json'];
  const { code, out, err } = await chancery(all, { ...ENVIRONMENT, ...more });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const stays = (name: string, args: string[]): Staying =>
  chanceryStays([...args, '--vault', vault(name), '--json'], ENVIRONMENT);

const lineOf = async (command: Staying): Promise<Record<string, unknown>> =>
  JSON.parse(await command.line()) as Record<string, unknown>;

beforeAll(async () => {
  buildCommand();
  folder = mkdtempSync(join(tmpdir(), 'chancery-cli-devices-'));
  chmodSync(folder, 0o711);
  server = chanceryStays(['serve', '--port', '0', '--data', join(folder, 'server'), '--json'], {
    CHANCERY_FOUNDING_TOKEN: TOKEN,
    CHANCERY_LOG_LEVEL: 'silent',
  });
  ({ url } = (await lineOf(server)) as { url: string });
  const posts = ['--department', 'Administration', '--mission', 'Embassy in Tashkent;UZ;Asia/Tashkent'];
  const found = ['found', '--server', url, '--name', 'Ministry of Tests', '--officer', 'Irene Valcourt', ...posts];
  await json('officer', found, { CHANCERY_FOUNDING_TOKEN: TOKEN });
  const [invited] = await json('officer', [
    'invite',
    'create',
    'Leila Marchetti',
    '--post',
    'embassy',
    '--clearance',
    'SECRET',
  ]);
  await json('ambassador', ['enrol', String(invited?.['link']), '--device', 'Laptop']);
  await json('officer', ['invite', 'approve']);
}, 120_000);

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

test('a second device comes in by a code and a comparison', async () => {
  const request = stays('telephone', ['device', 'request', '--server', url, '--device', 'Telephone']);
  const { code } = (await lineOf(request)) as { code: string };
  const approve = stays('ambassador', ['device', 'approve', code]);
  const [shown, seen] = [await lineOf(request), await lineOf(approve)];
  expect(seen).toMatchObject({ deviceName: 'Telephone', digits: shown['digits'], words: shown['words'] });
  expect(shown['personName']).toBe('Leila Marchetti');
  approve.say('yes');
  request.say('yes');
  expect(await lineOf(request)).toMatchObject({ personName: 'Leila Marchetti', state: 'enrolled' });
  expect(await lineOf(approve)).toMatchObject({ deviceName: 'Telephone', installed: true });
  expect([await request.end(), await approve.end()]).toEqual([0, 0]);

  await json('telephone', ['device', 'rename', 'Telephone', 'Red telephone']);
  const devices = await json('ambassador', ['device', 'list']);
  expect(devices).toMatchObject([
    { name: 'Laptop', own: true },
    { name: 'Red telephone', own: false },
  ]);
});

test('without a typed yes nothing is handed over', async () => {
  const request = stays('tablet', ['device', 'request', '--server', url, '--device', 'Tablet']);
  const { code } = (await lineOf(request)) as { code: string };
  const approve = stays('ambassador', ['device', 'approve', code]);
  await Promise.all([lineOf(request), lineOf(approve)]);
  approve.say('no');
  request.say('yes');
  expect([await request.end(), await approve.end()]).toEqual([1, 1]);
  expect(await json('ambassador', ['device', 'list'])).toHaveLength(2);
});

test('whoever lost all devices comes back by code and officer', async () => {
  const [made] = await json('ambassador', ['recovery', 'new']);
  const code = { CHANCERY_RECOVERY_CODE: String(made?.['code']) };
  const [waiting] = await json('new-laptop', ['recover', '--server', url, '--device', 'New laptop'], code);
  expect(waiting).toMatchObject({ state: 'waiting' });
  const number = String(waiting?.['number']);
  expect(await json('officer', ['recovery', 'list'])).toMatchObject([{ personName: 'Leila Marchetti', number }]);
  await json('officer', ['recovery', 'approve', number]);
  const [back] = await json('new-laptop', ['recover']);
  expect(back).toMatchObject({ personName: 'Leila Marchetti', deviceName: 'New laptop', state: 'enrolled' });
  const devices = await json('new-laptop', ['device', 'list']);
  expect(devices.map(({ revoked }) => revoked)).toEqual([true, true, false]);
});

test('two people see the same safety number', async () => {
  const [seen] = await json('officer', ['verify', 'Leila Marchetti']);
  const [other] = await json('new-laptop', ['verify', 'Irene Valcourt']);
  expect(seen?.['safetyNumber']).toBe(other?.['safetyNumber']);
  const [compared] = await json('officer', ['verify', 'Leila Marchetti', '--scanned', String(other?.['text'])]);
  expect(compared).toMatchObject({ state: 'verified' });
  expect(await json('officer', ['verify', 'Leila Marchetti'])).toMatchObject([{ state: 'verified' }]);
});
