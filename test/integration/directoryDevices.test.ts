import { randomBytes, randomUUID } from 'node:crypto';

import {
  AnswerPairingDocument,
  ApprovePairingDocument,
  ApproveRecoveryDocument,
  ClaimPairingDocument,
  DeviceNotesDocument,
  EndPairingDocument,
  FinishRecoveryDocument,
  NameDeviceDocument,
  PairingDocument,
  PairingOfferDocument,
  PutRecoveryBundleDocument,
  RecoveryDocument,
  RecoveryRequestsDocument,
  RequestRecoveryDocument,
  RevealPairingDocument,
  StartPairingDocument,
  encodeDeviceName,
  encodeRecoveryApproval,
} from '#contracts';
import { generateSigningKeyPair, sha256, sign, toBase64 } from '#primitives';

import { ask, codesOf } from '../support/graphql.js';
import type { ClientAnswer } from '../support/graphql.js';
import {
  PUBLISH,
  TestMinistry,
  addDevice,
  byDevice,
  byIdentity,
  fieldsOf,
  must,
  startDirectory,
} from '../support/ministry.js';
import type { TestPerson } from '../support/ministry.js';

let ministry: TestMinistry;
let diplomat: TestPerson;
let other: TestPerson;

beforeAll(async () => {
  ministry = await TestMinistry.found(await startDirectory());
  diplomat = await ministry.enrol({ name: 'A. Diplomat' });
  other = await ministry.enrol({ name: 'B. Diplomat' });
});
afterAll(() => ministry.server.stop());

interface Document {
  toString(): string;
}
type Variables = Record<string, unknown>;

const asNobody = (document: Document, variables: Variables): Promise<ClientAnswer> =>
  ask(ministry.server, document.toString(), variables);
const as = (who: TestPerson, document: Document, variables: Variables): Promise<ClientAnswer> =>
  ministry.as(who, document.toString(), variables);
const field = (answer: ClientAnswer, name: string) => must(answer)[name] as Record<string, string>;
const bytes = (length: number): string => toBase64(randomBytes(length));

/** Another device of a person, with keys of its own. */
const further = (person: TestPerson): TestPerson => ({
  ...person,
  deviceId: randomUUID(),
  device: generateSigningKeyPair(),
});

describe('a pairing', () => {
  /** As far as the commitment. */
  const begin = async () => {
    const [offer, nonce] = [randomBytes(100), randomBytes(32)];
    const commitment = toBase64(sha256(Buffer.concat([offer, nonce])));
    const { code, token } = field(await asNobody(StartPairingDocument, { commitment }), 'startPairing');
    return { code: code!, token: token!, shown: { token: token!, offer: toBase64(offer), nonce: toBase64(nonce) } };
  };

  /** As far as the offer. */
  const reveal = async () => {
    const { code, token, shown } = await begin();
    const { id } = field(await as(diplomat, ClaimPairingDocument, { code }), 'claimPairing');
    must(await as(diplomat, AnswerPairingDocument, { id, answer: bytes(60) }));
    must(await asNobody(RevealPairingDocument, shown));
    return { id: id!, token };
  };

  test('begins with a commitment of 32 bytes', async () => {
    const answer = await asNobody(StartPairingDocument, { commitment: bytes(31) });
    expect([codesOf(answer), fieldsOf(answer)]).toEqual([['BAD_INPUT'], ['commitment']]);
  });

  test('is known to the holder of its token and to the device that entered its code', async () => {
    const { id } = await reveal();
    expect(codesOf(await asNobody(PairingDocument, { token: bytes(32) }))).toEqual(['PAIRING_INVALID']);
    expect(codesOf(await as(other, PairingOfferDocument, { id }))).toEqual(['PAIRING_INVALID']);
    expect(codesOf(await as(other, AnswerPairingDocument, { id, answer: bytes(60) }))).toEqual(['PAIRING_INVALID']);
    expect(codesOf(await asNobody(PairingOfferDocument, { id }))).toEqual(['UNAUTHENTICATED']);
  });

  test('takes one answer, and shows the new device only after it', async () => {
    const { code, shown } = await begin();
    expect(codesOf(await asNobody(RevealPairingDocument, shown))).toEqual(['PAIRING_INVALID']);
    const { id } = field(await as(diplomat, ClaimPairingDocument, { code }), 'claimPairing');
    const answer = bytes(60);
    must(await as(diplomat, AnswerPairingDocument, { id, answer }));
    must(await as(diplomat, AnswerPairingDocument, { id, answer }));
    expect(codesOf(await as(diplomat, AnswerPairingDocument, { id, answer: bytes(60) }))).toEqual(['PAIRING_INVALID']);
    const changed = await asNobody(RevealPairingDocument, { ...shown, nonce: bytes(32) });
    expect([codesOf(changed), fieldsOf(changed)]).toEqual([['BAD_INPUT'], ['offer']]);
    must(await asNobody(RevealPairingDocument, shown));
  });

  test('adds a device of the caller and nobody else, or nothing', async () => {
    const { id, token } = await reveal();
    const foreign = byIdentity(addDevice(further(other)), other);
    const refused = await as(diplomat, ApprovePairingDocument, {
      input: { id, addDevice: foreign, sealed: bytes(99) },
    });
    expect(codesOf(refused)).toEqual(['STATEMENT_INVALID']);
    const forged = byIdentity(addDevice(further(diplomat)), { ...diplomat, identity: generateSigningKeyPair() });
    const unsigned = await as(diplomat, ApprovePairingDocument, {
      input: { id, addDevice: forged, sealed: bytes(99) },
    });
    expect(codesOf(unsigned)).toEqual(['STATEMENT_INVALID']);
    expect(field(await asNobody(PairingDocument, { token }), 'pairing')).toMatchObject({
      state: 'REVEALED',
      sealed: null,
    });
    const input = { id, addDevice: byIdentity(addDevice(further(diplomat)), diplomat), sealed: bytes(99) };
    must(await as(diplomat, ApprovePairingDocument, { input }));
    must(await as(diplomat, ApprovePairingDocument, { input }));
    expect(field(await asNobody(PairingDocument, { token }), 'pairing')).toMatchObject({ sealed: input.sealed });
    must(await asNobody(EndPairingDocument, { token, installed: true }));
    expect(codesOf(await asNobody(EndPairingDocument, { token, installed: false }))).toEqual(['PAIRING_INVALID']);
  });

  test('is found by nobody who tries codes', async () => {
    const guesses = Array.from({ length: 25 }, () => as(other, ClaimPairingDocument, { code: 'ZZZZZZZZ' }));
    const codes = (await Promise.all(guesses)).flatMap(codesOf);
    expect(new Set(codes)).toEqual(new Set(['PAIRING_INVALID', 'RATE_LIMITED']));
  });
});

describe('a note of a device', () => {
  test('is for its person, and for those who decide on trust', async () => {
    must(await as(diplomat, DeviceNotesDocument, { personId: diplomat.personId }));
    must(await as(ministry.officer, DeviceNotesDocument, { personId: diplomat.personId }));
    expect(codesOf(await as(other, DeviceNotesDocument, { personId: diplomat.personId }))).toEqual(['FORBIDDEN']);
  });

  test('holds a name that a device of the same person has signed', async () => {
    const name = (signer: TestPerson, key = signer.device) => {
      const at = new Date();
      const { deviceId } = diplomat;
      const signed = encodeDeviceName({ deviceId, name: 'Desk', at: at.getTime(), namedBy: signer.deviceId });
      const signature = toBase64(sign(key.privateKey, signed));
      return { input: { deviceId, name: 'Desk', at: at.toISOString(), signature } };
    };
    expect(codesOf(await as(other, NameDeviceDocument, name(other)))).toEqual(['NOT_FOUND']);
    const forged = await as(diplomat, NameDeviceDocument, name(diplomat, generateSigningKeyPair()));
    expect([codesOf(forged), fieldsOf(forged)]).toEqual([['BAD_INPUT'], ['input.signature']]);
    expect(field(await as(diplomat, NameDeviceDocument, name(diplomat)), 'nameDevice')).toMatchObject({ name: 'Desk' });
  });
});

describe('a recovery', () => {
  /** A request of somebody with a bundle, and the device that would come in. */
  const begin = async (person: TestPerson) => {
    const locator = randomBytes(32);
    must(await as(person, PutRecoveryBundleDocument, { locatorHash: toBase64(sha256(locator)), bundle: bytes(200) }));
    const device = further(person);
    const [token, signatureKey] = [bytes(32), toBase64(device.device.publicKey)];
    const input = { locator: toBase64(locator), token, deviceId: device.deviceId, deviceName: 'New', signatureKey };
    const { id } = field(await asNobody(RequestRecoveryDocument, { input }), 'requestRecovery');
    return { id: id!, token, device, input };
  };

  const approval = (id: string, device: TestPerson, signer: TestPerson) => {
    const at = new Date();
    const { personId, deviceId } = device;
    const signatureKey = device.device.publicKey;
    const said = { requestId: id, personId, deviceId, signatureKey, at: at.getTime(), officer: signer.deviceId };
    const signature = toBase64(sign(signer.device.privateKey, encodeRecoveryApproval(said)));
    return { input: { id, at: at.toISOString(), signature } };
  };

  test('is asked for by holders of a code only, and once', async () => {
    const { id, input } = await begin(diplomat);
    expect(field(await asNobody(RequestRecoveryDocument, { input }), 'requestRecovery')['id']).toBe(id);
    const guessed = { ...input, locator: bytes(32), token: bytes(32) };
    expect(codesOf(await asNobody(RequestRecoveryDocument, { input: guessed }))).toEqual(['RECOVERY_INVALID']);
  });

  test('gives nothing out, and takes nobody in, before an officer has approved', async () => {
    const { token, device } = await begin(diplomat);
    expect(field(await asNobody(RecoveryDocument, { token }), 'recovery')).toMatchObject({
      state: 'WAITING',
      bundle: null,
    });
    const statement = byIdentity(addDevice(device), diplomat);
    expect(codesOf(await asNobody(FinishRecoveryDocument, { token, addDevice: statement }))).toEqual([
      'RECOVERY_INVALID',
    ]);
    expect(codesOf(await as(other, RecoveryRequestsDocument, {}))).toEqual(['FORBIDDEN']);
  });

  test('takes in the device that was approved, and no other', async () => {
    const { id, token, device } = await begin(diplomat);
    const { officer } = ministry;
    const forged = await as(officer, ApproveRecoveryDocument, approval(id, further(diplomat), officer));
    expect([codesOf(forged), fieldsOf(forged)]).toEqual([['BAD_INPUT'], ['input.signature']]);
    expect(codesOf(await as(other, ApproveRecoveryDocument, approval(id, device, other)))).toEqual(['FORBIDDEN']);
    must(await as(officer, ApproveRecoveryDocument, approval(id, device, officer)));
    expect(codesOf(await as(officer, ApproveRecoveryDocument, approval(id, device, officer)))).toEqual(['CONFLICT']);
    expect(field(await asNobody(RecoveryDocument, { token }), 'recovery')['bundle']).not.toBeNull();
    const swapped = { token, addDevice: byIdentity(addDevice(further(diplomat)), diplomat) };
    expect(codesOf(await asNobody(FinishRecoveryDocument, swapped))).toEqual(['STATEMENT_INVALID']);
    const right = { token, addDevice: byIdentity(addDevice(device), diplomat) };
    must(await asNobody(FinishRecoveryDocument, right));
    expect(field(await asNobody(FinishRecoveryDocument, right), 'finishRecovery')['state']).toBe('DONE');
  });

  test('is over for a person who is revoked', async () => {
    const gone = await ministry.enrol({ name: 'C. Diplomat' });
    const { input } = await begin(gone);
    const body = { type: 'revokePerson', at: Date.now(), person: gone.personId, reason: 'WITHDRAWN' } as const;
    must(await ministry.as(ministry.officer, PUBLISH, { statements: [byDevice(body, ministry.officer)] }));
    const again = { ...input, token: bytes(32) };
    expect(codesOf(await asNobody(RequestRecoveryDocument, { input: again }))).toEqual(['RECOVERY_INVALID']);
  });
});
