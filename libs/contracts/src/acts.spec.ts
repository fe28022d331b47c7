import {
  ADMINISTRATIVE_OPERATIONS,
  administrativeOperation,
  decodeAct,
  encodeAct,
  encodeRequest,
  formatAct,
  parseAct,
} from './acts.js';
import { CreatePostDocument, PublishStatementsDocument, RefuseActDocument } from './generated.js';
import * as generated from './generated.js';
import { encodeChallenge, readChallenge } from './signed.js';

const seen = { entry: 12, hash: new Uint8Array(32).fill(9) };

const act = {
  deviceId: '019a5c2e-8f00-7abc-8def-0123456789ab',
  origin: 'https://chancery.example',
  operation: 'createPost',
  request: new Uint8Array(32).fill(3),
  at: 1_790_000_000_000,
};

describe('an administrative act', () => {
  test('is read as it was written, and nothing else is', () => {
    for (const one of [act, { ...act, seen }]) expect(decodeAct(encodeAct(one))).toEqual(one);
    for (const wrong of [new Uint8Array(), new Uint8Array([0x81, 0x01]), encodeAct(act).slice(1)]) {
      expect(decodeAct(wrong)).toBeUndefined();
    }
  });

  test('is about one document and its variables, in whatever order their names stand', () => {
    const bytes = encodeRequest('q', { a: 1, b: [true, null, 'x'] });
    expect(encodeRequest('q', { b: [true, null, 'x'], a: 1 })).toEqual(bytes);
    expect(encodeRequest('q', { a: 1, b: [true, null, 'y'] })).not.toEqual(bytes);
    expect(encodeRequest('r', { a: 1, b: [true, null, 'x'] })).not.toEqual(bytes);
  });

  test('travels in a header', () => {
    const header = { at: act.at, signature: Buffer.alloc(64, 7).toString('base64') };
    const seeing = { ...header, seen: { entry: 12, hash: Buffer.from(seen.hash).toString('base64') } };
    for (const one of [header, seeing]) expect(parseAct(formatAct(one))).toEqual(one);
    const { signature } = header;
    for (const wrong of ['', '1.', `x.${signature}`, `1.${signature}=`, `1.${signature}.2`, `1.${signature}.2.AA=`])
      expect(parseAct(wrong)).toBeUndefined();
  });

  test('is known by the name of its operation', () => {
    expect(administrativeOperation(CreatePostDocument.toString())).toBe('createPost');
    expect(administrativeOperation(RefuseActDocument.toString())).toBe('refuseAct');
    expect(administrativeOperation(PublishStatementsDocument.toString())).toBeUndefined();
  });

  test('of every kind has an operation that clients sign', () => {
    const documents = Object.values(generated).map(String);
    const known = new Set(documents.map(administrativeOperation));
    expect([...ADMINISTRATIVE_OPERATIONS].filter((operation) => !known.has(operation))).toEqual([]);
  });
});

test('a challenge names the device that met it, and what that has seen of the audit trail', () => {
  const { deviceId, origin } = act;
  const challenge = {
    challengeId: 'c',
    nonce: new Uint8Array(32),
    origin,
    deviceId,
    expiresAt: '2030-01-01T00:00:00.000Z',
  };
  expect(readChallenge(encodeChallenge(challenge))).toEqual({ deviceId });
  expect(readChallenge(encodeChallenge({ ...challenge, seen }))).toEqual({ deviceId, seen });
  expect(readChallenge(encodeAct(act))).toBeUndefined();
  expect(readChallenge(encodeChallenge({ ...challenge, seen }).slice(0, -1))).toBeUndefined();
});
