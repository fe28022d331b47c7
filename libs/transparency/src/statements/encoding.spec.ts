import { encode } from 'cborg';
import fc from 'fast-check';

import { generateSigningKeyPair, ready, sign } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import { encodeCanonical } from './cbor.js';
import { StatementError } from './error.js';
import { assembleStatement, decodeStatement, draftStatement, isSignedBy } from './statement.js';
import type { StatementBody } from './body.js';

const ID = '01938c00-0000-7000-8000-000000000001';
const KEY = new Uint8Array(32).fill(7);
const signature = new Uint8Array(64).fill(9);
const AT = Date.UTC(2026, 10, 21);

const bodies: StatementBody[] = [
  { type: 'root', at: AT, ministry: ID, name: 'Ministère', rootKey: KEY, policyHash: KEY },
  {
    type: 'appoint',
    at: AT,
    person: ID,
    powers: ['clear', 'enrol'],
    mayAppoint: false,
    identityKey: KEY,
    until: AT + 1,
  },
  { type: 'appoint', at: AT, person: ID, powers: [], mayAppoint: true },
  { type: 'enrol', at: AT, person: ID, name: 'Дилноза Oʻrinboyeva', post: ID, identityKey: KEY },
  {
    type: 'clear',
    at: AT,
    person: ID,
    policy: 'generic-ministry',
    level: 'SECRET',
    categories: [{ tag: 'A', values: ['X', 'Y'] }],
    until: AT,
  },
  { type: 'addDevice', at: AT, person: ID, device: ID, name: 'حاسوب', signatureKey: KEY },
  { type: 'revokeDevice', at: AT, device: ID, reason: 'LOST' },
  { type: 'policy', at: AT, policyHash: KEY },
];

/** Body bytes that no honest encoder would have made. */
const wrapped = (body: unknown): Uint8Array =>
  assembleStatement(body instanceof Uint8Array ? body : encodeCanonical(body), { kind: 'root' }, signature);

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof StatementError) return [error.code, error.field].filter(Boolean).join(' ');
    throw error;
  }
  return 'accepted';
}

let key: SigningKeyPair;

beforeAll(async () => {
  await ready();
  key = generateSigningKeyPair();
});

describe('round trip', () => {
  test.each(bodies.map((body) => [body.type, body] as const))('%s comes back as it was said', (_, body) => {
    const draft = draftStatement(body);
    for (const signer of [{ kind: 'root' }, { kind: 'person', id: ID }, { kind: 'device', id: ID }] as const) {
      const statement = decodeStatement(assembleStatement(draft.body, signer, sign(key.privateKey, draft.bytesToSign)));
      expect(statement.body).toEqual(body);
      expect(statement.signer).toEqual(signer);
      expect(isSignedBy(statement, key.publicKey)).toBe(true);
      expect(isSignedBy(statement, KEY)).toBe(false);
    }
  });

  test('lists that are sets are sorted for the caller, so that one fact has one encoding', () => {
    const unsorted = { ...bodies[1], powers: ['enrol', 'clear'] } as StatementBody;
    expect(draftStatement(unsorted).body).toEqual(draftStatement(bodies[1] ?? unsorted).body);
    const clear = {
      ...bodies[4],
      categories: [
        { tag: 'B', values: ['Y', 'X'] },
        { tag: 'A', values: [] },
      ],
    } as StatementBody;
    expect(decodeStatement(wrapped(draftStatement(clear).body)).body).toMatchObject({
      categories: [
        { tag: 'A', values: [] },
        { tag: 'B', values: ['X', 'Y'] },
      ],
    });
  });

  test('what is signed begins with the domain, so that no other signature of Chancery can be taken for it', () => {
    const { bytesToSign, body } = draftStatement(bodies[0] ?? fail());
    expect(Buffer.from(bytesToSign).subarray(0, 22).toString()).toBe('Chancery statement v1\0');
    expect(bytesToSign.slice(22)).toEqual(body);
  });
});

function fail(): never {
  throw new Error('no body');
}

describe('strict decoding', () => {
  const enrol = { type: 'enrol', at: AT, person: ID, name: 'A', post: ID, identityKey: KEY };

  test.each<[string, unknown]>([
    ['UNKNOWN_TYPE type', { ...enrol, type: 'promote' }],
    ['UNKNOWN_TYPE type', { ...enrol, type: 'toString' }],
    ['UNKNOWN_TYPE type', 'enrol'],
    ['FIELD_INVALID extra', { ...enrol, extra: 1 }],
    ['FIELD_INVALID name', { type: 'enrol', at: AT, person: ID, post: ID, identityKey: KEY }],
    ['FIELD_INVALID name', { ...enrol, name: '' }],
    ['FIELD_INVALID name', { ...enrol, name: ' A' }],
    ['FIELD_INVALID name', { ...enrol, name: 'A\u202eB' }],
    ['FIELD_INVALID name', { ...enrol, name: 'A\nB' }],
    ['FIELD_INVALID name', { ...enrol, name: 'x'.repeat(201) }],
    ['FIELD_INVALID identityKey', { ...enrol, identityKey: KEY.slice(1) }],
    ['FIELD_INVALID identityKey', { ...enrol, identityKey: 'text' }],
    ['FIELD_INVALID person', { ...enrol, person: ID.toUpperCase().replace('0', 'A') }],
    ['FIELD_INVALID at', { ...enrol, at: -1 }],
    ['FIELD_INVALID at', { ...enrol, at: AT + 0.5 }],
    ['FIELD_INVALID at', { ...enrol, at: 253_402_300_800_000 }],
    ['FIELD_INVALID powers', { type: 'appoint', at: AT, person: ID, powers: ['enrol', 'clear'], mayAppoint: true }],
    ['FIELD_INVALID powers', { type: 'appoint', at: AT, person: ID, powers: ['enrol', 'enrol'], mayAppoint: true }],
    ['FIELD_INVALID powers.0', { type: 'appoint', at: AT, person: ID, powers: ['reign'], mayAppoint: true }],
    ['FIELD_INVALID mayAppoint', { type: 'appoint', at: AT, person: ID, powers: [], mayAppoint: 1 }],
    ['FIELD_INVALID reason', { type: 'revokeDevice', at: AT, device: ID, reason: 'BORED' }],
    [
      'FIELD_INVALID categories',
      {
        ...bodies[4],
        categories: [
          { tag: 'B', values: [] },
          { tag: 'A', values: [] },
        ],
      },
    ],
    ['FIELD_INVALID categories.0.values', { ...bodies[4], categories: [{ tag: 'A', values: ['Y', 'X'] }] }],
    ['FIELD_INVALID more', { ...bodies[4], categories: [{ tag: 'A', values: [], more: 1 }] }],
    ['MALFORMED', { ...bodies[4], categories: ['A'] }],
  ])('%s', (code, body) => {
    expect(codeOf(() => decodeStatement(wrapped(body)))).toBe(code);
  });

  test.each<[string, string, () => Uint8Array]>([
    ['no CBOR', 'MALFORMED', () => new Uint8Array([0xff])],
    ['nothing', 'MALFORMED', () => new Uint8Array()],
    ['trailing bytes', 'MALFORMED', () => new Uint8Array([...wrapped(enrol), 0])],
    ['another value', 'MALFORMED', () => encodeCanonical({ body: 1 })],
    ['no signature', 'MALFORMED', () => encodeCanonical([encodeCanonical(enrol), []])],
    [
      'three signatures',
      'MALFORMED',
      () => encodeCanonical([encodeCanonical(enrol), Array(3).fill([['root'], signature])]),
    ],
    [
      'a short signature',
      'MALFORMED',
      () => encodeCanonical([encodeCanonical(enrol), [[['root'], signature.slice(1)]]]),
    ],
    ['a body that is no bytes', 'MALFORMED', () => encodeCanonical([enrol, [[['root'], signature]]])],
    [
      'an unknown kind of signer',
      'MALFORMED',
      () => encodeCanonical([encodeCanonical(enrol), [[['server', ID], signature]]]),
    ],
    ['a signer without id', 'MALFORMED', () => encodeCanonical([encodeCanonical(enrol), [[['person'], signature]]])],
    ['a root with an id', 'MALFORMED', () => encodeCanonical([encodeCanonical(enrol), [[['root', ID], signature]]])],
    ['keys out of order', 'NOT_CANONICAL', () => wrapped(encode(enrol, { mapSorter: () => 0 }))],
    ['more than 64 KiB', 'TOO_LARGE', () => new Uint8Array(65_537)],
  ])('%s', (_, code, make) => {
    expect(codeOf(() => decodeStatement(make()))).toBe(code);
  });

  test('a longer form of the same number is another encoding, and refused', () => {
    const bytes = encodeCanonical({ ...enrol, at: 5 });
    const place = Buffer.from(bytes).indexOf(Buffer.from('626174', 'hex')) + 3;
    const longer = new Uint8Array([...bytes.slice(0, place), 0x18, 5, ...bytes.slice(place + 1)]);
    expect(codeOf(() => decodeStatement(wrapped(longer)))).toMatch(/^(NOT_CANONICAL|MALFORMED)$/);
  });

  test('any changed byte is refused or no longer verifies', () => {
    const draft = draftStatement(bodies[3] ?? fail());
    const sound = assembleStatement(draft.body, { kind: 'person', id: ID }, sign(key.privateKey, draft.bytesToSign));
    const bit = fc.tuple(fc.nat(sound.length - 1), fc.nat(7));
    fc.assert(
      fc.property(bit, ([index, shift]) => {
        const changed = Uint8Array.from(sound);
        changed[index] = (changed[index] ?? 0) ^ (1 << shift);
        const code = codeOf(() => {
          const statement = decodeStatement(changed);
          const same = statement.signer.kind === 'person' && statement.signer.id === ID;
          if (same && isSignedBy(statement, key.publicKey)) throw new Error('a changed statement was believed');
        });
        expect(typeof code).toBe('string');
      }),
      { numRuns: 2000 },
    );
  });

  test('random bytes never make it past decoding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(codeOf(() => decodeStatement(bytes))).not.toBe('accepted');
      }),
      { numRuns: 2000 },
    );
  });

  test('a draft names the field that is wrong', () => {
    expect(codeOf(() => draftStatement({ ...bodies[3], name: '' } as StatementBody))).toBe('FIELD_INVALID name');
  });
});
