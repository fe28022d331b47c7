import { randomBytes } from 'node:crypto';

import type { ClientEvent } from '#client';

import { labelAt } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';
import { startHostileMinistry } from '../../support/hostileServer.js';
import type { Answer, HostileServer, Lie } from '../../support/hostileServer.js';
import { addSecondDevice } from '../../support/secondDevice.js';

interface Segment {
  readonly number: number;
  readonly payload: string;
}

interface Manifest {
  readonly deviceId: string;
  readonly segments: number;
  readonly head: string;
  readonly signature: string;
}

const segmentsOf = (answer: Answer): Segment[] => (answer.data?.['historySegments'] ?? []) as Segment[];
const manifestsOf = (answer: Answer): Manifest[] => (answer.data?.['historyManifests'] ?? []) as Manifest[];

describe('attack 11: a server substitutes sealed history', () => {
  let ministry: ClientMinistry;
  let hostile: HostileServer;
  let ada: TestClient;
  let boris: TestClient;
  let conversationId: string;

  /** Everything that Ada's devices were ever given, as an intruder on the server would have kept it. */
  const seen: { segments: Segment[]; manifests: Manifest[] } = { segments: [], manifests: [] };

  beforeAll(async () => {
    ({ ministry, hostile } = await startHostileMinistry([{ name: 'Ada' }, { name: 'Boris' }]));
    [ada, boris] = ministry.staff as [TestClient, TestClient];
    for (const { client } of ministry.staff) await client.catchUp();
    const members = [boris.personId];
    const made = await ada.client.createConversation({ name: 'Karsu', label: labelAt('SECRET'), personIds: members });
    conversationId = made.id;
    await boris.client.catchUp();
    for (const text of ['One.', 'Two.', 'Three.']) {
      await ada.client.send(conversationId, { text });
      await ada.client.history.backUp(); // a segment each
      await boris.client.catchUp();
      await boris.client.history.backUp();
    }
  }, 120_000);
  afterEach(() => {
    hostile.honest();
  });
  afterAll(() => ministry.stop());

  const read = async ({ client }: TestClient): Promise<string[]> => {
    const known = await client.conversations();
    if (!known.some(({ id }) => id === conversationId)) return [];
    const { messages } = await client.messages(conversationId);
    return messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);
  };

  const lieInSegments = (change: (segments: Segment[]) => Segment[]): void => {
    hostile.lie('HistorySegments', async ({ ask }) => {
      const answer = await ask();
      return { data: { historySegments: change(segmentsOf(answer)) } };
    });
  };

  const lieInManifests = (change: (manifests: Manifest[]) => Manifest[]): void => {
    const lie: Lie = async ({ ask }) => {
      const manifests = manifestsOf(await ask());
      seen.manifests.push(...manifests);
      return { data: { historyManifests: change(manifests) } };
    };
    hostile.lie('HistoryManifests', lie);
  };

  /** A new device of Ada under a server that lies already. */
  const newDevice = async (): Promise<TestClient> => {
    const { first, second } = await addSecondDevice(ministry, ada);
    ada = first;
    return second;
  };

  const refusedEverything = async (second: TestClient): Promise<void> => {
    await expect(second.client.history.restore()).rejects.toMatchObject({ code: 'HISTORY_INVALID' });
    expect(await read(second)).toEqual([]);
    expect((await second.client.history.state()).problem).toMatchObject({ code: 'HISTORY_INVALID' });
  };

  test('bytes of its own, one bit changed, segments exchanged: nothing is installed, and an honest server heals it', async () => {
    lieInSegments((segments) =>
      segments.map(({ number }) => ({ number, payload: randomBytes(500).toString('base64') })),
    );
    const second = await newDevice();
    await refusedEverything(second);
    hostile.honest();
    lieInSegments((segments) => segments.map(({ number }) => ({ number, payload: 'not base64' })));
    await refusedEverything(second);
    hostile.honest();
    lieInSegments((segments) =>
      segments.map(({ number, payload }) => {
        const bytes = Buffer.from(payload, 'base64');
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
        return { number, payload: bytes.toString('base64') };
      }),
    );
    await refusedEverything(second);
    hostile.honest();
    lieInSegments((segments) => {
      seen.segments.push(...segments);
      const [newest, ...older] = segments;
      return older.map(({ payload }) => ({ number: newest?.number ?? 0, payload }));
    });
    await refusedEverything(second);
    hostile.honest();
    const events: ClientEvent[] = [];
    await second.client.history.restore();
    expect(await read(second)).toEqual(['One.', 'Two.', 'Three.']);
    expect((await second.client.history.state()).problem).toBeUndefined();
    expect(events).toEqual([]);
  }, 90_000);

  test("another person's genuine segment is refused", async () => {
    const borisSegments: Segment[] = [];
    hostile.lie('HistorySegments', async ({ ask }) => {
      borisSegments.push(...segmentsOf(await ask()));
      return undefined;
    });
    const { first, second: spy } = await addSecondDevice(ministry, boris);
    boris = first;
    await spy.client.history.restore();
    expect(await read(spy)).toEqual(['One.', 'Two.', 'Three.']);
    hostile.honest();
    lieInSegments((segments) =>
      segments.map(({ number }, at) => ({ number, payload: borisSegments[at]?.payload ?? '' })),
    );
    await refusedEverything(await newDevice());
  }, 90_000);

  test('the newest segments withheld with an older manifest: the device that handed the key over knew of more', async () => {
    hostile.lie('HistorySegments', async ({ ask }) => {
      seen.segments.push(...segmentsOf(await ask()));
      return undefined;
    });
    lieInManifests((manifests) => manifests);
    await (await newDevice()).client.history.restore();
    const older = seen.manifests.find(({ deviceId }) => deviceId === ada.deviceId);
    await ada.client.send(conversationId, { text: 'Four.' });
    await ada.client.history.backUp();
    hostile.honest();
    lieInManifests((manifests) =>
      manifests.map((manifest) => (manifest.deviceId === older?.deviceId ? older : manifest)),
    );
    const second = await newDevice();
    await refusedEverything(second);
    hostile.honest();
    lieInManifests((manifests) => manifests.filter(({ deviceId }) => deviceId !== ada.deviceId));
    await refusedEverything(second);
    hostile.honest();
    await second.client.history.restore();
    expect(await read(second)).toEqual(['One.', 'Two.', 'Three.', 'Four.']);
    // and once it has restored, it remembers how far that went
    lieInManifests((manifests) =>
      manifests.map((manifest) => (manifest.deviceId === older?.deviceId ? older : manifest)),
    );
    await expect(second.client.history.restore()).rejects.toMatchObject({ code: 'HISTORY_INVALID' });
  }, 90_000);

  test('the oldest segments withheld: the gap is named, what is newer is there', async () => {
    lieInSegments((segments) => segments.filter(({ number }) => number > 1));
    const second = await newDevice();
    await expect(second.client.history.restore()).rejects.toMatchObject({
      code: 'HISTORY_INVALID',
      message: expect.stringContaining('Segment 1 of the sealed history is withheld') as string,
    });
    expect(await read(second)).toEqual(['Two.', 'Three.', 'Four.']);
    hostile.honest();
    await second.client.history.restore();
    expect(await read(second)).toEqual(['One.', 'Two.', 'Three.', 'Four.']);
  }, 90_000);

  test('a manifest that no device has signed is refused', async () => {
    lieInManifests((manifests) => manifests.map((manifest) => ({ ...manifest, segments: manifest.segments - 1 })));
    await refusedEverything(await newDevice());
  }, 60_000);

  test("people get nothing of another person's history", async () => {
    const { data } = await borisAsksFor(ada.deviceId);
    expect(segmentsOf({ data })).toEqual([]);
  });

  async function borisAsksFor(deviceId: string): Promise<{ data: Record<string, unknown> }> {
    const { HistorySegmentsDocument } = await import('#contracts');
    const data = await boris.client.execute(HistorySegmentsDocument, { deviceId, before: 1000, first: 8 });
    return { data };
  }
});
