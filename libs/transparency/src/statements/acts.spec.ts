import { generateSigningKeyPair, ready, sha256, sign, utf8 } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import type { StatementBody } from './body.js';
import { Directory } from './directory.js';
import type { StatementError } from './error.js';
import { identityProofInput } from './kinds/rotateIdentity.js';
import { ROOT_SIGNER } from './signer.js';
import type { Signer } from './signer.js';
import { assembleStatement, draftStatement } from './statement.js';

const START = Date.UTC(2026, 10, 21, 10);
const GENEVA = uuid('geneva');
const PARIS = uuid('paris');

beforeAll(ready);

function uuid(name: string): string {
  const hex = Buffer.from(name).toString('hex').padEnd(32, '0').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

interface Person {
  readonly id: string;
  readonly key: SigningKeyPair;
  readonly device: string;
  readonly deviceKey: SigningKeyPair;
}

type Hand = readonly [Signer, SigningKeyPair];
const asPerson = ({ id, key }: Person): Hand => [{ kind: 'person', id }, key];
const asDevice = ({ device, deviceKey }: Person): Hand => [{ kind: 'device', id: device }, deviceKey];

/** A ministry with two officers of all powers and two people in Geneva, one of them an officer without powers. */
class Ministry {
  readonly directory = Directory.empty();
  readonly anna: Person;
  readonly boris: Person;
  readonly chen: Person;
  readonly farida: Person;
  private readonly root = generateSigningKeyPair();

  constructor() {
    const { publicKey: rootKey } = this.root;
    const policyHash = sha256(utf8('policy'));
    this.add({ type: 'root', at: START, ministry: uuid('m'), name: 'Ministry', rootKey, policyHash }, [
      ROOT_SIGNER,
      this.root,
    ]);
    this.anna = this.officer('anna');
    this.boris = this.officer('boris');
    this.chen = this.enrol('chen', GENEVA);
    this.farida = this.enrol('farida', GENEVA);
  }

  add(body: StatementBody, ...hands: readonly Hand[]): void {
    this.directory.apply(this.statement(body, ...hands), this.directory.head + 1);
  }

  /** The code with which a statement is refused; nothing changes then. */
  refusal(body: StatementBody, ...hands: readonly Hand[]): string {
    const before = this.directory.serialize();
    try {
      this.add(body, ...hands);
      return 'nothing';
    } catch (error) {
      expect(this.directory.serialize()).toEqual(before);
      return (error as StatementError).code;
    }
  }

  private statement(body: StatementBody, ...hands: readonly Hand[]): Uint8Array {
    const draft = draftStatement(body);
    const [first, second] = hands.map(([signer, key]) => ({
      signer,
      signature: sign(key.privateKey, draft.bytesToSign),
    }));
    return assembleStatement(draft.body, first!.signer, first!.signature, second);
  }

  private officer(name: string): Person {
    const person = personOf(name);
    const powers = ['assign', 'clear', 'enrol', 'revoke', 'witness'] as const;
    const identityKey = person.key.publicKey;
    this.add({ type: 'appoint', at: START, person: person.id, powers, mayAppoint: true, identityKey }, [
      ROOT_SIGNER,
      this.root,
    ]);
    return this.settle(person, PARIS, person);
  }

  private enrol(name: string, post: string): Person {
    return this.settle(personOf(name), post, this.anna);
  }

  private settle(person: Person, post: string, officer: Person): Person {
    const { id, key, device, deviceKey } = person;
    const enrol = {
      type: 'enrol',
      at: START,
      person: id,
      name: 'A. Person',
      post,
      identityKey: key.publicKey,
    } as const;
    this.add(enrol, asPerson(officer));
    const clear = { type: 'clear', at: START, person: id, policy: 'p', level: 'SECRET', categories: [] } as const;
    this.add(clear, asPerson(officer));
    this.addDevice(person, device, deviceKey);
    return person;
  }

  addDevice(person: Person, device: string, { publicKey: signatureKey }: SigningKeyPair, key = person.key): void {
    const { id } = person;
    this.add({ type: 'addDevice', at: START, person: id, device, name: 'Laptop', signatureKey }, [
      { kind: 'person', id },
      key,
    ]);
  }
}

const personOf = (name: string): Person => ({
  id: uuid(name),
  key: generateSigningKeyPair(),
  device: uuid(`${name} laptop`),
  deviceKey: generateSigningKeyPair(),
});

const now = new Date(START + 1000);
const at = START + 500;

describe('a person is revoked', () => {
  test('with all devices, clearance, powers and roles, and for good', () => {
    const { directory, ...m } = scene();
    m.ministry.add({ type: 'assign', at, person: m.boris.id, post: PARIS, roles: ['AUDITOR'] }, asDevice(m.anna));
    m.ministry.add({ type: 'revokePerson', at, person: m.boris.id, reason: 'WITHDRAWN' }, asDevice(m.anna));
    expect(directory.person(m.boris.id)?.revoked).toMatchObject({ reason: 'WITHDRAWN' });
    expect(directory.isRevoked(m.boris.device)).toBe(true);
    expect(directory.clearanceOf(m.boris.id, now)).toBeUndefined();
    expect(directory.powersOf(m.boris.id, now).size).toBe(0);
    expect(directory.rolesOf(m.boris.id, now)).toEqual([]);
    const { ministry, boris, anna } = m;
    const revoke = { type: 'revokeDevice', at, device: m.chen.device, reason: 'LOST' } as const;
    expect(ministry.refusal(revoke, asDevice(boris))).toBe('SIGNER_REVOKED');
    expect(ministry.refusal(revoke, asPerson(boris))).toBe('SIGNER_REVOKED');
    const clear = {
      type: 'clear',
      at: at + 1,
      person: boris.id,
      policy: 'p',
      level: 'SECRET',
      categories: [],
    } as const;
    expect(ministry.refusal(clear, asDevice(anna))).toBe('PERSON_REVOKED');
    const appoint = { type: 'appoint', at: at + 1, person: boris.id, powers: ['revoke'], mayAppoint: false } as const;
    expect(ministry.refusal(appoint, asDevice(anna))).toBe('PERSON_REVOKED');
    const assign = { type: 'assign', at: at + 1, person: boris.id, post: PARIS, roles: [] } as const;
    expect(ministry.refusal(assign, asDevice(anna))).toBe('PERSON_REVOKED');
    const again = { type: 'revokePerson', at, person: boris.id, reason: 'LOST' } as const;
    expect(ministry.refusal(again, asDevice(anna))).toBe('PERSON_REVOKED');
  });

  test('by the person too, by nobody without the power, and not by two', () => {
    const { ministry, anna, boris, chen, farida } = scene();
    const body = { type: 'revokePerson', at, person: chen.id, reason: 'LOST' } as const;
    expect(ministry.refusal(body, asDevice(farida))).toBe('POWER_MISSING');
    expect(ministry.refusal(body, asDevice(anna), asDevice(boris))).toBe('SIGNER_WRONG');
    ministry.add(body, asDevice(chen));
    expect(ministry.directory.isRevoked(chen.device)).toBe(true);
  });
});

describe('a mission is lost', () => {
  const body = { type: 'revokePost', at, post: GENEVA, reason: 'COMPROMISED' } as const;

  test('two officers revoke all of its devices in one act; its people may come back', () => {
    const { ministry, directory, anna, boris, chen, farida } = scene();
    ministry.add(body, asDevice(anna), asDevice(boris));
    for (const person of [chen, farida]) expect(directory.isRevoked(person.device)).toBe(true);
    for (const person of [anna, boris]) expect(directory.isRevoked(person.device)).toBe(false);
    expect(directory.clearanceOf(chen.id, now)?.level).toBe('SECRET');
    ministry.addDevice(chen, uuid('chen new'), generateSigningKeyPair());
    expect(directory.isRevoked(uuid('chen new'))).toBe(false);
  });

  test('neither one officer, nor one twice, nor one without the power does it', () => {
    const { ministry, anna, boris, chen } = scene();
    expect(ministry.refusal(body, asDevice(anna))).toBe('SIGNER_WRONG');
    expect(ministry.refusal(body, asDevice(anna), asPerson(anna))).toBe('SIGNER_WRONG');
    expect(ministry.refusal(body, asDevice(anna), asDevice(chen))).toBe('POWER_MISSING');
    expect(ministry.refusal(body, asDevice(anna), [{ kind: 'device', id: boris.device }, anna.deviceKey])).toBe(
      'SIGNATURE_INVALID',
    );
    expect(ministry.refusal({ ...body, post: uuid('nowhere') }, asDevice(anna), asDevice(boris))).toBe('POST_UNKNOWN');
  });
});

describe('an identity key is replaced', () => {
  const rotation = (person: Person, next: SigningKeyPair, by = next): StatementBody => ({
    type: 'rotateIdentity',
    at,
    person: person.id,
    identityKey: next.publicKey,
    proof: sign(by.privateKey, identityProofInput(person.id, next.publicKey)),
  });

  test('by its holder: the old key signs nothing any more, the devices stay', () => {
    const { ministry, directory, chen } = scene();
    const next = generateSigningKeyPair();
    ministry.add(rotation(chen, next), asPerson(chen));
    expect(directory.isRevoked(chen.device)).toBe(false);
    const key = generateSigningKeyPair();
    expect(() => {
      ministry.addDevice(chen, uuid('by the old'), key);
    }).toThrow('does not verify');
    ministry.addDevice(chen, uuid('by the new'), key, next);
    expect(ministry.refusal(rotation({ ...chen, key: next }, chen.key), [{ kind: 'person', id: chen.id }, next])).toBe(
      'KEY_TAKEN',
    );
  });

  test('by two officers: the devices are revoked, since a thief may have added some', () => {
    const { ministry, directory, anna, boris, chen } = scene();
    ministry.add(rotation(chen, generateSigningKeyPair()), asDevice(anna), asDevice(boris));
    expect(directory.isRevoked(chen.device)).toBe(true);
  });

  test('never by one officer, by an officer for the own person, by a device, or for a key of somebody else', () => {
    const { ministry, anna, boris, chen, farida } = scene();
    const next = generateSigningKeyPair();
    expect(ministry.refusal(rotation(chen, next), asDevice(anna))).toBe('SIGNER_WRONG');
    expect(ministry.refusal(rotation(boris, next), asDevice(anna), asDevice(boris))).toBe('SIGNER_WRONG');
    expect(ministry.refusal(rotation(chen, next), asDevice(chen))).toBe('SIGNER_WRONG');
    expect(ministry.refusal(rotation(chen, next, chen.key), asPerson(chen))).toBe('FIELD_INVALID');
    expect(ministry.refusal(rotation(chen, farida.key), asPerson(chen))).toBe('KEY_TAKEN');
  });
});

describe('a person is assigned', () => {
  test('to a post and roles, by whoever has the power, until they end', () => {
    const { ministry, directory, anna, chen } = scene();
    expect(directory.rolesOf(chen.id, now)).toBeUndefined();
    const until = START + 10_000;
    ministry.add(
      { type: 'assign', at, person: chen.id, post: PARIS, roles: ['REGISTRAR', 'AUDITOR'], until },
      asDevice(anna),
    );
    expect(directory.person(chen.id)?.post).toBe(PARIS);
    expect(directory.rolesOf(chen.id, now)).toEqual(['AUDITOR', 'REGISTRAR']);
    expect(directory.rolesOf(chen.id, new Date(until))).toEqual([]);
    const older = { type: 'assign', at, person: chen.id, post: GENEVA, roles: [] } as const;
    expect(ministry.refusal(older, asDevice(anna))).toBe('REPLAYED');
    expect(ministry.refusal({ ...older, at: at + 1 }, asDevice(chen))).toBe('POWER_MISSING');
  });
});

test('a snapshot holds all of it', () => {
  const { ministry, directory, anna, boris, chen, farida } = scene();
  ministry.add({ type: 'assign', at, person: chen.id, post: PARIS, roles: ['AUDITOR'] }, asDevice(anna));
  const next = generateSigningKeyPair();
  const proof = sign(next.privateKey, identityProofInput(chen.id, next.publicKey));
  const rotate = { type: 'rotateIdentity', at, person: chen.id, identityKey: next.publicKey, proof } as const;
  ministry.add(rotate, asDevice(anna), asDevice(boris));
  ministry.add({ type: 'revokePerson', at, person: farida.id, reason: 'LOST' }, asDevice(anna));
  const restored = Directory.restore(directory.serialize());
  expect(restored.serialize()).toEqual(directory.serialize());
  expect(restored.rolesOf(chen.id, now)).toEqual(['AUDITOR']);
  expect(restored.person(farida.id)?.revoked).toBeDefined();
  expect(restored.person(chen.id)?.formerKeys).toEqual([chen.key.publicKey]);
});

function scene() {
  const ministry = new Ministry();
  const { directory, anna, boris, chen, farida } = ministry;
  return { ministry, directory, anna, boris, chen, farida };
}
