import { jest } from '@jest/globals';

import { CosignedCheckpointsDocument } from '#contracts';
import { genericMinistry } from '#policy';
import type { SecurityPolicy } from '#policy';
import { fromBase64Url, fromUtf8, sign, utf8 } from '#primitives';
import { cosignatureLine, cosignedBytes, cosignerName, decodeNote, encodeNote } from '#transparency';

import { labelAt } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import type { HostileServer } from '../../support/hostileServer.js';
import { turn } from '../../support/insider.js';
import type { Insider } from '../../support/insider.js';
import { caughtUp, startMovedMinistry } from '../../support/movedClock.js';
import type { MovedClock } from '../../support/movedClock.js';

const LIMIT_DAYS = 4;

const policy: SecurityPolicy = {
  ...genericMinistry,
  levels: genericMinistry.levels.map((level) => ({ ...level, freshness: LIMIT_DAYS })),
};

/** Attack 7, of the directory: the server keeps it as it is for one person, who so never hears that a device was revoked. */
describe('attack 7: the directory stands still for one person', () => {
  let ministry: ClientMinistry;
  let hostile: HostileServer;
  let clock: MovedClock;
  let officer: TestClient;
  let ada: TestClient;
  let bruno: TestClient;
  let emil: TestClient;

  beforeAll(async () => {
    const moved = await startMovedMinistry(['Ada Lima', 'Bruno Quispe', 'Emil Roth'], policy);
    ({ ministry, hostile, clock, officer } = moved);
    [ada, bruno, emil] = moved.staff as [TestClient, TestClient, TestClient];
  });
  afterEach(() => {
    hostile.honest();
  });
  afterAll(async () => {
    await ministry.stop();
    jest.restoreAllMocks();
  });

  async function conversation({ personId }: TestClient): Promise<string> {
    const two = { name: 'Two', label: labelAt('SECRET'), personIds: [personId] };
    return (await bruno.client.createConversation(two)).id;
  }

  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'sent',
      (error: unknown) => (error as { code?: string }).code ?? String(error),
    );
  const say = (id: string) => codeOf(bruno.client.send(id, { text: 'The ships sail at noon.' }));
  const problemOf = async (id: string) => (await bruno.client.conversation(id)).problem;

  /** Shows a device the directory as it stands now for ever, and those words about it that `vouched` makes newer. */
  async function freeze({ deviceId: victim, client }: TestClient, vouched: (note: string) => string): Promise<void> {
    const { size: head, checkpoint } = await client.log.show();
    const { cosignedCheckpoints: cosigned } = await client.execute(CosignedCheckpointsDocument, {});
    hostile.lie('Statements', ({ deviceId }) =>
      deviceId === victim ? { data: { statements: { statements: [], head, checkpoint } } } : undefined,
    );
    hostile.lie('CosignedCheckpoints', ({ deviceId }) =>
      deviceId === victim
        ? { data: { cosignedCheckpoints: cosigned.map((shown) => ({ ...shown, note: vouched(shown.note) })) } }
        : undefined,
    );
  }

  /** Cosigns whatever it is given, at the time of asking. */
  const cosigner =
    ({ deviceKey }: Insider, deviceId: string, rootFingerprint: string) =>
    (note: string): string => {
      const { text, signatures } = decodeNote(utf8(note));
      const time = Math.floor(clock.now().getTime() / 1000);
      const key = { name: cosignerName(fromBase64Url(rootFingerprint), deviceId), publicKey: deviceKey.publicKey };
      const word = cosignatureLine(key, { time, signature: sign(deviceKey.privateKey, cosignedBytes(text, time)) });
      return fromUtf8(encodeNote({ text, signatures: [...signatures.filter(({ name }) => name !== key.name), word] }));
    };

  test('a revocation that is withheld so is noticed by the clock, also between two people', async () => {
    await officer.client.catchUp();
    await officer.client.administration.appoint(emil.personId, { powers: ['witness'] });
    await caughtUp(emil, bruno);
    const id = await conversation(emil);
    await caughtUp(emil, officer, bruno);
    const { rootFingerprint } = await bruno.client.whoami();
    // the thief of Emil's laptop vouches for the directory in which it is not revoked yet
    const thief = await turn(emil);
    await thief.close();
    await freeze(bruno, cosigner(thief, emil.deviceId, rootFingerprint));
    await officer.client.revokeDevice(emil.deviceId, 'STOLEN');

    for (let time = 0; time < 2; time++) {
      clock.pass(LIMIT_DAYS / 2 - 0.1);
      await caughtUp(officer, bruno);
    }
    expect(await problemOf(id)).toBeUndefined();
    clock.pass(1);
    await caughtUp(officer, bruno);
    expect((await problemOf(id))?.message).toContain('shown this device that its directory is the newest');
    expect(await say(id)).toBe('FRESHNESS_LIMIT');
    hostile.honest();
    await caughtUp(bruno);
    expect(await problemOf(id)).toBeUndefined();
    const known = (await bruno.client.people()).find((person) => person.id === emil.personId);
    expect(known?.devices).toMatchObject([{ id: emil.deviceId, revoked: true }]);
  });

  test('where no officer comes for long, the person may answer for it; it passes when one comes', async () => {
    await caughtUp(officer, ada);
    const id = await conversation(ada);
    for (let time = 0; time < 3; time++) {
      clock.pass(LIMIT_DAYS / 2);
      await caughtUp(officer, bruno);
      expect(await say(id)).toBe('sent');
    }
    clock.pass(LIMIT_DAYS + 1);
    await caughtUp(bruno);
    expect(await say(id)).toBe('FRESHNESS_LIMIT');
    await bruno.client.acceptStale(id);
    expect(await say(id)).toBe('sent');
    clock.pass(LIMIT_DAYS + 1);
    await caughtUp(officer);
    expect(await say(id)).toBe('sent');
  });
});
