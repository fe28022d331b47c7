import { encodeStand } from '#contracts';
import { sign, toBase64 } from '#primitives';

import { codesOf } from '../support/graphql.js';
import { labelText, TestMember } from '../support/delivery.js';
import { FOUNDING_TOKEN, TestMinistry } from '../support/ministry.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PUT = 'mutation ($stands: [StandInput!]!) { putStands(stands: $stands) }';
const STANDS = 'query ($groupIds: [ID!]!) { stands(groupIds: $groupIds) { groupId deviceId seq head at signature } }';
const MINUTE_MS = 60_000;

interface Given {
  readonly groupId: string;
  readonly deviceId: string;
  readonly seq: number;
  readonly at: string;
}

/** Signed by the device of one member, for its group or another. */
function stand(by: TestMember, seq: number, { minutes = 0, groupId = by.groupId } = {}) {
  const at = new Date(Date.now() + minutes * MINUTE_MS);
  const head = new Uint8Array(32).fill(seq);
  const { deviceId, device } = by.person;
  const signed = encodeStand({ groupId, deviceId, seq, head, at: at.getTime() });
  const signature = toBase64(sign(device.privateKey, signed));
  return { groupId, seq, head: toBase64(head), at: at.toISOString(), signature };
}

describe('where devices stand in a conversation', () => {
  let server: TestServer;
  let ministry: TestMinistry;
  let founder: TestMember;
  let second: TestMember;
  let stranger: TestMember;

  beforeAll(async () => {
    server = await startServer({ environment: { CHANCERY_FOUNDING_TOKEN: FOUNDING_TOKEN } });
    ministry = await TestMinistry.found(server);
    const members = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const made = new TestMember(ministry, await ministry.enrol({}));
        await made.publishKeyPackages(1);
        return made;
      }),
    );
    [founder, second, stranger] = members as [TestMember, TestMember, TestMember];
    founder.startGroup(labelText('RESTRICTED'));
    await founder.createGroup();
    await founder.add(second);
    await founder.say('a');
    await founder.say('b');
  }, 60_000);
  afterAll(() => server.stop());

  const put = (by: TestMember, ...stands: unknown[]) => by.get<number>('putStands', PUT, { stands });
  const codes = async (by: TestMember, ...stands: unknown[]) => codesOf(await by.ask(PUT, { stands }));
  const seenBy = (by: TestMember) => by.get<Given[]>('stands', STANDS, { groupIds: [founder.groupId] });

  test('a later word takes the place of an earlier one, never the other way round', async () => {
    expect(await put(second, stand(second, 2, { minutes: -3 }))).toBe(1);
    const newest = stand(second, 3, { minutes: -2 });
    expect(await put(second, newest)).toBe(1);
    expect(await put(second, newest)).toBe(0);
    expect(await put(second, stand(second, 3, { minutes: -4 }))).toBe(0);
    expect(await put(second, stand(second, 2))).toBe(0);
    expect(await seenBy(founder)).toEqual([{ ...newest, deviceId: second.person.deviceId }]);
  });

  test('nobody is told their own, and nobody who is no member is told any', async () => {
    expect(await seenBy(second)).toEqual([]);
    expect(await seenBy(stranger)).toEqual([]);
  });

  test('what is forged, beyond the end, dated ahead, twice at once or for a foreign group is refused', async () => {
    const refused = ['STAND_INVALID'];
    expect(await codes(second, { ...stand(second, 3), seq: 2 })).toEqual(refused);
    expect(await codes(second, stand(founder, 3))).toEqual(refused);
    expect(await codes(second, stand(second, 99))).toEqual(['NOT_A_MEMBER']);
    expect(await codes(second, stand(second, 0))).toEqual(refused);
    expect(await codes(second, stand(second, 3, { minutes: 11 }))).toEqual(refused);
    expect(await codes(second, stand(second, 3), stand(second, 3))).toEqual(refused);
    expect(await codes(stranger, stand(stranger, 3, { groupId: founder.groupId }))).toEqual(['NOT_A_MEMBER']);
    const many = Array.from({ length: 101 }, () => stand(second, 3));
    expect(await codes(second, ...many)).toEqual(['TOO_LARGE']);
    expect(codesOf(await second.ask(STANDS, { groupIds: Array.from({ length: 101 }, String) }))).toEqual(['TOO_LARGE']);
  });

  test('who was removed no longer says anything', async () => {
    await put(second, stand(second, 3, { minutes: -1 }));
    await founder.remove(second);
    expect(await seenBy(founder)).toEqual([]);
    expect(await codes(second, stand(second, 3))).toEqual(['NOT_A_MEMBER']);
  });
});
