import { MAX_PAYLOAD_BYTES } from '../../platform/pubsub/index.js';
import { coalesce, decodeAnnouncements, encodeAnnouncements } from './announcement.js';
import type { Announcement } from './announcement.js';

const id = (digit: string) => digit.repeat(32);
const appended = (groupId: string, groupEpoch: number, firstSeq: number, lastSeq: number): Announcement => {
  return { kind: 'APPENDED', groupId, groupEpoch, firstSeq, lastSeq };
};

test('what one instance writes another reads, and it passes over its own', () => {
  const announcements = [appended(id('a'), 3, 7, 9), { ...appended(id('b'), 4, 10, 10), kind: 'COMMITTED' as const }];
  const [payload = ''] = encodeAnnouncements('one', announcements);
  expect(decodeAnnouncements('two', payload)).toEqual(announcements);
  expect(decodeAnnouncements('one', payload)).toBeUndefined();
});

test('the longest announcements fit into the payloads of the port', () => {
  const longest = { ...appended(id('f'), 2147483647, 2147483647, 2147483647), kind: 'COMMITTED' as const };
  const payloads = encodeAnnouncements(
    '0'.repeat(36),
    Array.from({ length: 1000 }, () => longest),
  );
  expect(Math.max(...payloads.map((payload) => Buffer.byteLength(payload)))).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
  expect(payloads.flatMap((payload) => decodeAnnouncements('other', payload) ?? [])).toHaveLength(1000);
});

test('lines that are no announcements are passed over', () => {
  expect(decodeAnnouncements('one', 'two\nnonsense\nAPPENDED zz 1 2 3\n')).toEqual([]);
});

test('only what follows on in one epoch is joined; a commit stays by itself', () => {
  const commit = { ...appended(id('a'), 1, 3, 3), kind: 'COMMITTED' as const };
  const joined = coalesce([
    appended(id('a'), 0, 1, 1),
    appended(id('b'), 0, 5, 5),
    appended(id('a'), 0, 2, 2),
    commit,
    appended(id('a'), 1, 4, 5),
    appended(id('a'), 1, 6, 6),
    appended(id('a'), 1, 8, 8),
  ]);
  expect(joined).toEqual([
    appended(id('a'), 0, 1, 2),
    appended(id('b'), 0, 5, 5),
    commit,
    appended(id('a'), 1, 4, 6),
    appended(id('a'), 1, 8, 8),
  ]);
});
