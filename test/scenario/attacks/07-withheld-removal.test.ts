import { jest } from '@jest/globals';

import { genericMinistry } from '#policy';
import type { SecurityPolicy } from '#policy';

import { labelAt } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import type { HostileServer } from '../../support/hostileServer.js';
import { retell } from '../../support/lyingLog.js';
import { caughtUp, startMovedMinistry } from '../../support/movedClock.js';
import type { MovedClock } from '../../support/movedClock.js';

const LIMIT_DAYS = 4;

/** Keys need no change, so that nothing but freshness is at stake. */
const policy: SecurityPolicy = {
  ...genericMinistry,
  levels: genericMinistry.levels.map((level) => ({
    ...level,
    rotation: { days: 3650, messages: 10_000 },
    freshness: LIMIT_DAYS,
  })),
};

interface Stand {
  readonly groupId: string;
  readonly deviceId: string;
  readonly seq: number;
  readonly at: string;
}

/** Attack 7: the server keeps the commit that removes somebody, and all that comes after it, back from one member. */
describe('attack 7: a removal is withheld from one member', () => {
  let ministry: ClientMinistry;
  let hostile: HostileServer;
  let clock: MovedClock;
  let officer: TestClient;
  let ada: TestClient;
  let bruno: TestClient;
  let clara: TestClient;
  let dina: TestClient;

  beforeAll(async () => {
    const moved = await startMovedMinistry(['Ada Lima', 'Bruno Quispe', 'Clara Osei', 'Dina Park'], policy);
    ({ ministry, hostile, clock, officer } = moved);
    [ada, bruno, clara, dina] = moved.staff as [TestClient, TestClient, TestClient, TestClient];
    await caughtUp(ada, bruno, clara, dina);
  });
  afterEach(() => {
    hostile.honest();
  });
  afterAll(async () => {
    await ministry.stop();
    jest.restoreAllMocks();
  });

  async function conversation(...others: readonly TestClient[]): Promise<string> {
    const personIds = others.map(({ personId }) => personId);
    const { id } = await ada.client.createConversation({ name: 'Round', label: labelAt('SECRET'), personIds });
    await caughtUp(...others);
    return id;
  }

  /** So many times on which the officer and these people come online, the days between them always the same. */
  async function times(count: number, daysBetween: number, ...people: readonly TestClient[]): Promise<void> {
    for (let time = 0; time < count; time++) {
      clock.pass(daysBetween);
      await caughtUp(officer, ...people);
    }
  }

  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'sent',
      (error: unknown) => (error as { code?: string }).code ?? String(error),
    );
  const say = ({ client }: TestClient, id: string, text = 'The ships sail at noon.') => client.send(id, { text });
  const problemOf = async ({ client }: TestClient, id: string) => (await client.conversation(id)).problem;
  const notices = async ({ client }: TestClient, id: string) =>
    (await client.messages(id)).messages.filter(({ kind }) => kind === 'notice');

  /** Keeps what stands behind a place of a conversation back from a device, and what `isShown` does not let through of the stands. */
  function withhold(id: string, from: TestClient, place: number, isShown: (stand: Stand) => boolean): void {
    retell(hostile, id, from.deviceId, (honest) => honest.filter(({ seq }) => seq <= place));
    hostile.lie('Stands', async ({ deviceId, ask }) => {
      if (deviceId !== from.deviceId) return undefined;
      const stands = (await ask()).data?.['stands'] as Stand[];
      return { data: { stands: stands.filter((stand) => stand.groupId !== id || isShown(stand)) } };
    });
  }

  test('this member stops after the limit and says why, though whoever was removed helps the server', async () => {
    const id = await conversation(bruno, clara, dina);
    await caughtUp(ada, bruno, clara, dina);
    const { cursor: place } = await bruno.client.conversation(id);
    await ada.client.removePeople(id, [clara.personId]);
    await dina.client.catchUp();
    // Clara stays in league with the server: it tells her and Bruno the same, and hands him what she signs
    withhold(id, bruno, place, ({ seq }) => seq <= place);
    retell(hostile, id, clara.deviceId, (honest) => honest.filter(({ seq }) => seq <= place));
    const claras: Stand[] = [];
    hostile.lie('PutStands', ({ deviceId, variables }) => {
      if (deviceId !== clara.deviceId) return undefined;
      const given = variables['stands'] as Omit<Stand, 'deviceId'>[];
      claras.push(...given.map((stand) => ({ ...stand, deviceId })));
      return { data: { putStands: given.length } };
    });
    hostile.lie('Stands', async ({ deviceId, ask }) => {
      if (deviceId !== bruno.deviceId) return undefined;
      const stands = (await ask()).data?.['stands'] as Stand[];
      const hers = claras.slice(-1);
      return {
        data: { stands: [...hers, ...stands.filter(({ deviceId: by, seq }) => seq <= place && by !== clara.deviceId)] },
      };
    });
    let sent = 0;
    hostile.lie('SendEnvelopes', ({ deviceId }) => {
      if (deviceId === bruno.deviceId) sent += 1;
      return undefined;
    });

    await times(2, LIMIT_DAYS / 2 - 0.1, ada, bruno, clara);
    expect(claras.length).toBeGreaterThan(1);
    expect(await problemOf(bruno, id)).toBeUndefined();
    await times(1, 1, ada, bruno, clara);
    expect(await problemOf(bruno, id)).toMatchObject({
      code: 'FRESHNESS_LIMIT',
      message: expect.stringContaining('Clara Osei') as string,
    });
    expect(await codeOf(say(bruno, id))).toBe('FRESHNESS_LIMIT');
    expect(await codeOf(bruno.client.rename(id, 'Another name'))).toBe('FRESHNESS_LIMIT');
    expect(sent).toBe(0);
    expect((await bruno.client.messages(id)).messages.some(({ state }) => state === 'waiting')).toBe(false);
    expect(await codeOf(say(dina, id))).toBe('sent');

    hostile.honest();
    await caughtUp(bruno);
    expect(await problemOf(bruno, id)).toBeUndefined();
    expect(await codeOf(say(bruno, id, 'Now without Clara.'))).toBe('sent');
    await caughtUp(ada);
    expect((await ada.client.messages(id)).messages.at(-1)?.text).toBe('Now without Clara.');
  });

  test("a colleague's word that is ahead of what the server gives stops everything at once, with no way round", async () => {
    const id = await conversation(bruno, dina);
    const { cursor: place } = await bruno.client.conversation(id);
    await say(dina, id);
    await times(1, 1, ada, dina);
    withhold(id, bruno, place, () => true);
    await caughtUp(bruno);
    expect(await problemOf(bruno, id)).toMatchObject({ code: 'ORDER_WITHHELD' });
    expect(await codeOf(say(bruno, id))).toBe('ORDER_WITHHELD');
    expect(await codeOf(bruno.client.acceptStale(id))).toBe('ORDER_WITHHELD');
    hostile.honest();
    await caughtUp(bruno);
    expect(await codeOf(say(bruno, id))).toBe('sent');
  });

  test('another order shows before anybody writes the next message', async () => {
    const id = await conversation(bruno, dina);
    await caughtUp(ada);
    const { cursor: place } = await bruno.client.conversation(id);
    await Promise.all([say(ada, id, 'Accept.'), say(dina, id, 'Refuse.')]);
    await times(1, 1, ada, dina);
    retell(hostile, id, bruno.deviceId, (honest) => {
      const known = honest.filter(({ seq }) => seq <= place);
      return [...known, ...honest.filter(({ seq }) => seq > place).reverse()];
    });
    await caughtUp(bruno);
    const [notice] = (await notices(bruno, id)).slice(-1);
    expect(notice?.problem?.code).toBe('MESSAGE_GAP');
    expect(notice?.text).toContain('another order');
  });

  test('a conversation in which nobody says anything does not stop, and who was away for long catches up first', async () => {
    const id = await conversation(bruno, clara, dina);
    await times(5, LIMIT_DAYS / 2, ada, clara, bruno);
    for (const one of [ada, bruno, clara]) expect(await problemOf(one, id)).toBeUndefined();
    expect(await codeOf(say(bruno, id))).toBe('sent');
    expect(await codeOf(say(dina, id))).toBe('sent'); // had not come since the first day
  });

  test('between two people there is nothing to be kept back; with the others away, the person may answer for it', async () => {
    const [direct, round] = [await conversation(bruno), await conversation(bruno, clara, dina)];
    await times(1, LIMIT_DAYS + 1, bruno);
    expect(await codeOf(say(bruno, direct))).toBe('sent');
    expect(await codeOf(say(bruno, round))).toBe('FRESHNESS_LIMIT');
    await bruno.client.acceptStale(round);
    expect(await codeOf(say(bruno, round))).toBe('sent');
    const accepted = (await notices(bruno, round)).filter(({ problem }) => problem?.code === 'FRESHNESS_LIMIT');
    expect(accepted.map(({ text }) => text)).toEqual([expect.stringContaining('You chose to send all the same.')]);
    await times(1, LIMIT_DAYS + 1, bruno);
    expect(await codeOf(say(bruno, round))).toBe('FRESHNESS_LIMIT');
    // what was written without a connection is judged before it goes
    const stop = ['Envelopes', 'Stands', 'SendEnvelopes'].map((operation) =>
      hostile.lie(operation, () => {
        throw new Error('the line is down');
      }),
    );
    clock.pass(1);
    expect(await say(bruno, round, 'Written on the road.')).toMatchObject({ state: 'waiting' });
    for (const end of stop) end();
    await caughtUp(bruno);
    expect((await bruno.client.messages(round)).messages.at(-1)).toMatchObject({ state: 'waiting' });
    await caughtUp(ada, clara, bruno, bruno);
    expect((await bruno.client.messages(round)).messages.at(-1)).toMatchObject({ state: 'accepted' });
  });
});
