import { randomBytes, ready, toHex } from '#primitives';
import { genericMinistry, canonicalLabel } from '#policy';

import type { HistoryRecord } from './records.js';
import { firstHash, openSegment, sealSegment, segmentHash } from './segment.js';
import type { SegmentContent, SegmentPlace } from './segment.js';

const place: SegmentPlace = {
  personId: '0195f1c2-7a64-7c11-9d2e-000000000001',
  deviceId: '0195f1c2-7a64-7c11-9d2e-000000000002',
  number: 3,
};
const labelText = canonicalLabel({ policy: genericMinistry.id, level: 'SECRET', categories: [] });

const record = (text: string): HistoryRecord => ({
  groupId: 'a'.repeat(32),
  seq: 7,
  rank: 1,
  id: '0195f1c2-7a64-7c11-9d2e-000000000003',
  kind: 'text',
  text,
  labelText,
  precedence: 'ROUTINE',
  sentAt: '2026-11-21T08:00:00.000Z',
  acceptedAt: '2026-11-21T08:00:01.000Z',
});

const content = (text: string): SegmentContent => ({
  conversations: [{ id: 'a'.repeat(32), name: 'Karsu', namedAt: 1, labelText }],
  records: [record(text)],
});

describe('a segment of sealed history', () => {
  const refused = expect.objectContaining({ code: 'HISTORY_INVALID' }) as Error;
  const missing = expect.objectContaining({ code: 'HISTORY_KEY_MISSING' }) as Error;
  let key: { readonly key: Uint8Array };
  let previous: Uint8Array;

  beforeAll(async () => {
    await ready();
    [key, previous] = [{ key: randomBytes(32) }, randomBytes(32)];
  });

  test('opens at its place under its key, and names the one before it', () => {
    const sealed = sealSegment(key, place, previous, content('Words.'));
    const opened = openSegment([key], place, segmentHash(sealed), sealed);
    expect(opened.content).toEqual(content('Words.'));
    expect(toHex(opened.previous)).toBe(toHex(previous));
  });

  test.each([
    ['number', { ...place, number: 4 }],
    ['device', { ...place, deviceId: place.personId }],
    ['person', { ...place, personId: place.deviceId }],
  ])('opens at no other %s', (_, other) => {
    const sealed = sealSegment(key, place, previous, content('Words.'));
    expect(() => openSegment([key], other, segmentHash(sealed), sealed)).toThrow(refused);
  });

  test('opens under no other key, with no other hash, and with no bit changed', () => {
    const sealed = sealSegment(key, place, previous, content('Words.'));
    expect(() => openSegment([key], place, segmentHash(previous), sealed)).toThrow(refused);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      const isKeyId = at >= sealed.length - 8;
      const opening = () => openSegment([key], place, segmentHash(changed), changed);
      expect(opening).toThrow(isKeyId ? missing : refused);
    }
  });

  test('names the key of the person that it is under, and waits for it where it is not there', () => {
    const sealed = sealSegment(key, place, previous, content('Words.'));
    const others = [{ key: randomBytes(32) }, { key: randomBytes(32) }];
    expect(openSegment([...others, key], place, segmentHash(sealed), sealed).content).toEqual(content('Words.'));
    const opening = () => openSegment(others, place, segmentHash(sealed), sealed);
    expect(opening).toThrow(missing);
  });

  test('holding something that no client writes is refused as a whole', () => {
    const bad = [
      { seq: -1 },
      { groupId: 'x' },
      { kind: 'order' },
      { sentAt: 'soon' },
      { precedence: 'NOW' },
      { labelText: '' },
    ];
    for (const change of bad) {
      const records = [record('Good.'), { ...record('Bad.'), ...change } as HistoryRecord];
      const sealed = sealSegment(key, place, previous, { conversations: [], records });
      expect(() => openSegment([key], place, segmentHash(sealed), sealed)).toThrow(refused);
    }
  });

  test('says little of the length of what it holds', () => {
    const lengths = Array.from(
      { length: 64 },
      (_, n) => sealSegment(key, place, previous, content('x'.repeat(2000 + n))).length,
    );
    expect(new Set(lengths).size).toBeLessThanOrEqual(2);
  });

  test('each device begins a chain of its own', () => {
    expect(toHex(firstHash(place.deviceId))).not.toBe(toHex(firstHash(place.personId)));
  });
});
