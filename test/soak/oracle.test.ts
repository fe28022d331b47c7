import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Group } from '#mls';
import { aeadEncrypt, generateSigningKeyPair, randomBytes, ready, seal, toBase64, toHex } from '#primitives';

import { pairsUsedTwice, tapEncryptions } from './aeadTap.js';
import type { ReadLine } from './protocol.js';
import { unexplained } from './problems.js';
import { Tap } from './tap.js';
import { judgeHistory, judgeTogether } from './verdict.js';
import type { History, Place } from './verdict.js';

/** The oracles have to be able to say no. */
describe('the oracle of the wire', () => {
  const groupId = randomBytes(16);
  const none = new Uint8Array(0);
  let group: Group;
  let copy: Group;
  let tap: Tap;
  const send = (deviceId: string, payload: Uint8Array): void => {
    tap.sent(deviceId, { envelopes: [{ payload: toBase64(payload) }] });
  };

  beforeAll(() => ready());
  beforeEach(() => {
    const signatureKeyPair = generateSigningKeyPair();
    const identity = new TextEncoder().encode('a device');
    group = Group.create({ groupId, identity, signatureKeyPair });
    const { put } = group.takeChanges();
    copy = Group.restore(put, signatureKeyPair);
    copy.confirmNewest();
    tap = new Tap();
    const epoch = put.get('epoch/0') ?? none;
    tap.learn(toHex(groupId), '0', Buffer.from(epoch.slice(-36, -4)).toString('hex'));
  });

  test('opens the sender data of every message, and finds nothing where all is well', () => {
    const messages = ['one', 'two', 'three'].map((text) => group.encrypt(new TextEncoder().encode(text), none));
    for (const message of [...messages, ...messages]) send('a device', message); // a retry sends the same bytes
    const nothing = { reusedGenerations: [], reusedSamples: [], sharedLeaves: [], splitEpochs: [], unopened: [] };
    expect(tap.judge()).toEqual({ ciphertexts: 3, epochs: 1, ...nothing });
  });

  test('finds the generation that an older copy of a vault uses a second time', () => {
    send('a device', group.encrypt(randomBytes(9), none));
    send('a device', copy.encrypt(randomBytes(9), none));
    expect(tap.judge().reusedGenerations).toEqual([`${toHex(groupId)} 0 0 0`]);
  });

  test('finds two devices at one leaf, and two secrets of one epoch', () => {
    send('a device', group.encrypt(randomBytes(9), none));
    send('another', group.encrypt(randomBytes(9), none));
    expect(tap.judge().sharedLeaves).toEqual([`${toHex(groupId)} 0 0`]);
    tap.learn(toHex(groupId), '0', toHex(randomBytes(32)));
    expect(tap.judge()).toMatchObject({ splitEpochs: [`${toHex(groupId)} 0`] });
    expect(tap.judge().unopened).toHaveLength(2);
  });
});

test('the oracle of encryptions finds a key that is used with a nonce twice', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-soak-'));
  const file = join(folder, 'encryptions');
  tapEncryptions(file);
  const [key, nonce, text] = [randomBytes(32), randomBytes(12), randomBytes(5)];
  aeadEncrypt('chacha20poly1305', key, nonce, text, text);
  aeadEncrypt('chacha20poly1305', key, randomBytes(12), text, text);
  aeadEncrypt('aes128gcm', key.slice(16), nonce, text, text);
  seal(key, text, text);
  seal(key, text, text);
  expect(pairsUsedTwice([file])).toEqual({ encryptions: 5, reused: 0 });
  aeadEncrypt('chacha20poly1305', key, nonce, text, randomBytes(5));
  expect(pairsUsedTwice([file])).toEqual({ encryptions: 6, reused: 1 });
  rmSync(folder, { recursive: true });
});

describe('the oracle of histories', () => {
  const conversation = 'c0ffee';
  const place = (seq: number): Place => ({ seq, senderDevice: 'device-0' });
  const line = (seq: number, number = seq, sender = 'device-0'): ReadLine => [
    seq,
    'text',
    sender,
    `d0 ${String(number)}`,
    'accepted',
  ];
  const notice = (seq: number, text: string): ReadLine => [seq, 'notice', null, text, 'accepted'];
  const history = (lines: readonly ReadLine[], rest: Partial<History> = {}): History => ({
    tag: 'd1',
    deviceId: 'device-1',
    conversation,
    isRevoked: false,
    memberships: [{ first: 1, last: undefined }],
    lines,
    ...rest,
  });
  const places = [1, 2, 3].map((seq) => place(seq));
  const whole = places.map(({ seq }) => line(seq));
  const gap = 'Message 2 is missing: the server does not give them out.';
  const unreadable = notice(2, "Message 2 can't be read (EPOCH_TOO_OLD).");
  const keptBack = [{ deviceId: 'device-1', groupId: conversation, seq: 2 }];
  const [one, , three] = whole as [ReadLine, ReadLine, ReadLine];

  test('is content with a whole history, with a gap that is reported, and with what came before a device', () => {
    expect(judgeHistory(history(whole), places, [])).toEqual([]);
    expect(judgeHistory(history([one, notice(3, gap), three]), places, keptBack)).toEqual([]);
    const late = { memberships: [{ first: 3, last: undefined }] };
    expect(judgeHistory(history([three], late), places, [])).toEqual([]);
  });

  test.each<[string, History, typeof keptBack, string]>([
    ['a loss', history([one, three]), [], 'place 2 is lost'],
    ['a gap without a notice', history([one, three]), keptBack, 'the gap at place 2 is not reported'],
    ['a notice without a gap', history([one, notice(2, gap), ...whole.slice(1)]), [], 'called missing, and was given'],
    ['a doubled place', history([one, ...whole]), [], 'place 1 is doubled or out of order'],
    ['another order', history(whole.toReversed()), [], 'doubled or out of order'],
    ['another sender', history([line(1, 1, 'device-9'), ...whole.slice(1)]), [], 'place 1 has another sender'],
    [
      'what was for members only',
      history(whole, { memberships: [{ first: 1, last: 2 }] }),
      [],
      'place 3 was not for this device',
    ],
    ['what a newcomer cannot read', history([one, unreadable, three]), [], 'place 2 is lost'],
    ['an alarm for no reason', history([notice(1, 'Beware.'), ...whole]), [], 'says for no reason: Beware.'],
  ])('complains of %s', (_, given, withheld, complaint) => {
    expect(judgeHistory(given, places, withheld)).toContainEqual(expect.stringContaining(complaint));
  });

  test.each<[string, readonly ReadLine[], string]>([
    ['a message that its sender had accepted and nobody has', [line(1, 1), line(2, 3)], '2 was accepted and is lost'],
    ['a message that comes twice', [line(1, 1), line(2, 1)], '1 is doubled or out of order'],
    ['messages of one sender out of order', [line(1, 2), line(2, 1)], '1 is doubled or out of order'],
  ])('complains of %s', (_, lines, complaint) => {
    const sent = [1, 2].map((number) => ({ tag: 'd0', conversation, number, state: 'accepted' }));
    const sender = history(lines, { tag: 'd0', deviceId: 'device-0' });
    expect(judgeTogether([sender], sent)).toContainEqual(expect.stringContaining(complaint));
  });

  test('complains of two devices that show different things at one place', () => {
    const other = history([line(1, 7)], { tag: 'd2', deviceId: 'device-2' });
    expect(judgeTogether([history([line(1)]), other], [])).toEqual(['d2 has another message at place 1']);
  });
});

describe('the oracle of problems', () => {
  const conversation = 'c0ffee';
  const fates = new Map([
    ['d1', { revokedAt: undefined, absences: [{ conversation, from: 1000, until: 2000 }] }],
    ['d2', { revokedAt: 1000, absences: [] }],
  ]);
  const said = (tag: string, code: string, at: number, where: string | undefined = conversation) =>
    unexplained([{ tag, code, message: 'it said', conversation: where, at }], fates);

  test('is content with what a device says that was removed, or revoked, at that time', () => {
    expect(said('d1', 'NOT_A_MEMBER', 1500)).toEqual([]);
    expect(said('d1', 'NOT_A_MEMBER', 1500, undefined)).toEqual([]);
    expect(said('d2', 'DEVICE_REVOKED', 1500)).toEqual([]);
  });

  test.each([
    ['d1', 'NOT_A_MEMBER', 999, conversation],
    ['d1', 'NOT_A_MEMBER', 60_000, conversation],
    ['d1', 'NOT_A_MEMBER', 1500, 'another'],
    ['d2', 'NOT_A_MEMBER', 1500, conversation],
    ['d2', 'DEVICE_REVOKED', 999, conversation],
    ['d1', 'DEVICE_REVOKED', 1500, conversation],
    ['d2', 'CONFLICT', 1500, conversation],
    ['d3', 'NOT_A_MEMBER', 1500, conversation],
  ])('complains of %s that says %s at %d in %s for no reason', (tag, code, at, where) => {
    expect(said(tag, code, at, where)).toEqual([`${tag} ${code} it said (${where.slice(0, 4)})`]);
  });
});
