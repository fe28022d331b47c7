import { randomBytes, randomUUID } from 'node:crypto';

import {
  EnterFirstDeviceDocument,
  KeyParcelsDocument,
  PutParcelKeyDocument,
  PutRecoveryBundleDocument,
  RecoveryMadeAtDocument,
  RenewRecoveryBundleDocument,
  SendKeyParcelDocument,
  encodeKeyParcel,
  encodeParcelKey,
} from '#contracts';
import { generateKemKeyPair, generateSigningKeyPair, sign, toBase64 } from '#primitives';
import { identityProofInput } from '#transparency';

import { ask, codesOf } from '../support/graphql.js';
import type { ClientAnswer } from '../support/graphql.js';
import { PUBLISH, TestMinistry, addDevice, byDevice, byIdentity, must, startDirectory } from '../support/ministry.js';
import type { TestPerson } from '../support/ministry.js';
import { byTwo, enrolOfficer } from '../support/officers.js';

let ministry: TestMinistry;
let laptop: TestPerson;
let telephone: TestPerson;
let stranger: TestPerson;

beforeAll(async () => {
  ministry = await TestMinistry.found(await startDirectory());
  laptop = await ministry.enrol({ name: 'A. Diplomat' });
  stranger = await ministry.enrol({ name: 'B. Diplomat' });
  telephone = further(laptop);
  must(await ministry.as(laptop, PUBLISH, { statements: [byIdentity(addDevice(telephone), laptop)] }));
});
afterAll(() => ministry.server.stop());

const further = (person: TestPerson): TestPerson => ({
  ...person,
  deviceId: randomUUID(),
  device: generateSigningKeyPair(),
});

interface Document {
  toString(): string;
}

const as = (who: TestPerson, document: Document, variables: Record<string, unknown> = {}): Promise<ClientAnswer> =>
  ministry.as(who, document.toString(), variables);
const bytes = (length: number): string => toBase64(randomBytes(length));

function ownKey({ personId, deviceId, device }: TestPerson, signer = device) {
  const { publicKey: kemKey } = generateKemKeyPair('xwing');
  const signature = sign(signer.privateKey, encodeParcelKey({ personId, deviceId, kemKey }));
  return { kemKey: toBase64(kemKey), signature: toBase64(signature) };
}

function parcel(from: TestPerson, to: TestPerson, length = 100, signer = from.device) {
  const payload = randomBytes(length);
  const route = { personId: from.personId, fromDevice: from.deviceId, toDevice: to.deviceId };
  const signature = toBase64(sign(signer.privateKey, encodeKeyParcel({ ...route, payload })));
  return { input: { toDevice: to.deviceId, payload: toBase64(payload), signature } };
}

describe('a key to which parcels are sealed', () => {
  test('is shown to the devices of the same person, as the device has signed it', async () => {
    const key = ownKey(telephone);
    must(await as(telephone, PutParcelKeyDocument, key));
    const { parcelKeys } = must(await as(laptop, KeyParcelsDocument));
    expect(parcelKeys).toEqual([{ deviceId: telephone.deviceId, ...key }]);
    expect(must(await as(stranger, KeyParcelsDocument))['parcelKeys']).toEqual([]);
  });

  test('is one, and the device’s own', async () => {
    const forged = ownKey(laptop, generateSigningKeyPair());
    expect(codesOf(await as(laptop, PutParcelKeyDocument, forged))).toEqual(['BAD_INPUT']);
    const { signature } = ownKey(laptop);
    const none = await as(laptop, PutParcelKeyDocument, { kemKey: bytes(32), signature });
    expect(codesOf(none)).toEqual(['BAD_INPUT']);
  });
});

describe('a parcel', () => {
  test('waits for the one device that it is for, and gives way to the next', async () => {
    must(await as(laptop, SendKeyParcelDocument, parcel(laptop, telephone)));
    const second = parcel(laptop, telephone);
    must(await as(laptop, SendKeyParcelDocument, second));
    const { payload, signature } = second.input;
    const { keyParcels } = must(await as(telephone, KeyParcelsDocument));
    expect(keyParcels).toEqual([{ fromDevice: laptop.deviceId, payload, signature }]);
    for (const other of [laptop, stranger]) {
      expect(must(await as(other, KeyParcelsDocument))['keyParcels']).toEqual([]);
    }
  });

  test('is for another device of the same person, signed, and not too large', async () => {
    const send = async (sent: ReturnType<typeof parcel>) => codesOf(await as(laptop, SendKeyParcelDocument, sent));
    expect(await send(parcel(laptop, stranger))).toEqual(['NOT_FOUND']);
    expect(await send(parcel(laptop, laptop))).toEqual(['NOT_FOUND']);
    expect(await send(parcel(laptop, telephone, 100, telephone.device))).toEqual(['BAD_INPUT']);
    expect(await send(parcel(laptop, telephone, 64 * 1024 + 1))).toEqual(['TOO_LARGE']);
  });

  test('of a device that is revoked is not delivered, and nothing is taken for it', async () => {
    const tablet = further(laptop);
    must(await ministry.as(laptop, PUBLISH, { statements: [byIdentity(addDevice(tablet), laptop)] }));
    must(await as(tablet, SendKeyParcelDocument, parcel(tablet, laptop)));
    const body = { type: 'revokeDevice', at: Date.now(), device: tablet.deviceId, reason: 'STOLEN' } as const;
    must(await ministry.as(laptop, PUBLISH, { statements: [byDevice(body, laptop)] }));
    expect(must(await as(laptop, KeyParcelsDocument))['keyParcels']).toEqual([]);
    expect(codesOf(await as(laptop, SendKeyParcelDocument, parcel(laptop, tablet)))).toEqual(['NOT_FOUND']);
  });
});

test('what a recovery code opens is renewed while it is in force; the code stays as old as it is', async () => {
  const [first, second] = [bytes(32), bytes(32)];
  must(await as(laptop, PutRecoveryBundleDocument, { locatorHash: first, bundle: bytes(90) }));
  const { recoveryMadeAt } = must(await as(laptop, RecoveryMadeAtDocument));
  const renew = async (who: TestPerson, locatorHash: string) =>
    must(await as(who, RenewRecoveryBundleDocument, { locatorHash, bundle: bytes(90) }))['renewRecoveryBundle'];
  expect(await renew(laptop, first)).toBe(true);
  expect(must(await as(telephone, RecoveryMadeAtDocument))['recoveryMadeAt']).toBe(recoveryMadeAt);
  expect(await renew(telephone, second)).toBe(false);
  expect(await renew(stranger, first)).toBe(false);
});

test('a first device comes in under an identity key that two officers have put in force, and nobody by another way', async () => {
  const second = await enrolOfficer(ministry, 'Second Officer');
  const person = await ministry.enrol({ name: 'C. Diplomat' });
  const enter = (statement: string) =>
    ask(ministry.server, EnterFirstDeviceDocument.toString(), { addDevice: statement });
  const entry = (whose: TestPerson, device: TestPerson) => byIdentity(addDevice(device), whose);
  expect(codesOf(await enter(entry(person, further(person))))).toEqual(['UNAUTHENTICATED']);
  const identity = generateSigningKeyPair();
  const { personId } = person;
  const proof = sign(identity.privateKey, identityProofInput(personId, identity.publicKey));
  const body = {
    type: 'rotateIdentity',
    at: Date.now(),
    person: personId,
    identityKey: identity.publicKey,
    proof,
  } as const;
  must(await ministry.as(ministry.officer, PUBLISH, { statements: [byTwo(body, ministry.officer, second)] }));
  const renewed = { ...person, identity };
  const device = further(renewed);
  expect(codesOf(await enter(entry(person, device)))).toEqual(['STATEMENT_INVALID']);
  const own = entry(renewed, device);
  must(await enter(own));
  must(await enter(own));
  must(await as(device, KeyParcelsDocument));
  expect(codesOf(await enter(entry(renewed, further(renewed))))).toEqual(['UNAUTHENTICATED']);
});
