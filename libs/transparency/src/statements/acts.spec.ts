import { generateSigningKeyPair, ready, sha256, sign, utf8 } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import type { StatementBody } from './body.js';
import { Directory } from './directory.js';
import type { StatementError } from './error.js';
import { suiteAskedFor } from './kinds/campaign.js';
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
  readonly asRoot: Hand = [ROOT_SIGNER, this.root];

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

  test('by the person too, by nobody without the power, and by two who both hold it', () => {
    const { ministry, anna, boris, chen, farida } = scene();
    const body = { type: 'revokePerson', at, person: chen.id, reason: 'LOST' } as const;
    expect(ministry.refusal(body, asDevice(farida))).toBe('POWER_MISSING');
    expect(ministry.refusal(body, asDevice(anna), asDevice(farida))).toBe('POWER_MISSING');
    expect(ministry.refusal(body, asDevice(anna), asPerson(anna))).toBe('SIGNER_WRONG');
    ministry.add(body, asDevice(chen));
    expect(ministry.directory.isRevoked(chen.device)).toBe(true);
    ministry.add({ ...body, person: farida.id }, asDevice(anna), asDevice(boris));
    expect(ministry.directory.isRevoked(farida.device)).toBe(true);
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

  test('the keys before it vouch for it, as long as each was changed by its holder', () => {
    const { ministry, directory, anna, boris, chen } = scene();
    expect(directory.vouchedKeys(uuid('nobody'))).toEqual([]);
    expect(directory.vouchedKeys(chen.id)).toEqual([chen.key.publicKey]);
    const [first, second, third] = [generateSigningKeyPair(), generateSigningKeyPair(), generateSigningKeyPair()];
    ministry.add(rotation(chen, first), asPerson(chen));
    ministry.add(rotation(chen, second), asPerson({ ...chen, key: first }));
    const chain = [chen.key, first, second].map(({ publicKey }) => publicKey);
    expect(directory.vouchedKeys(chen.id)).toEqual(chain);
    expect(Directory.restore(directory.serialize()).vouchedKeys(chen.id)).toEqual(chain);
    ministry.add(rotation(chen, third), asDevice(anna), asDevice(boris));
    expect(directory.vouchedKeys(chen.id)).toEqual([third.publicKey]);
    expect(directory.person(chen.id)?.renewed).toMatchObject({ at, seq: directory.head, byOfficers: true });
  });

  test('a key that may be in wrong hands vouches for nothing; one on a device that was given back does', () => {
    for (const [reason, vouches] of [
      ['STOLEN', false],
      ['LOST', false],
      ['COMPROMISED', false],
      ['RETIRED', true],
      ['WITHDRAWN', true],
    ] as const) {
      const { ministry, directory, chen } = scene();
      const other = uuid('chen other');
      ministry.addDevice(chen, other, generateSigningKeyPair());
      ministry.add({ type: 'revokeDevice', at, device: other, reason }, asDevice(chen));
      const [next, last] = [generateSigningKeyPair(), generateSigningKeyPair()];
      ministry.add(rotation(chen, next), asPerson(chen));
      expect(directory.vouchedKeys(chen.id)).toHaveLength(vouches ? 2 : 1);
      ministry.add(rotation(chen, last), asPerson({ ...chen, key: next }));
      expect(directory.vouchedKeys(chen.id)).toHaveLength(vouches ? 3 : 2);
    }
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

  test('under a title, which lasts until somebody says otherwise, and which no name in disguise can be', () => {
    const { ministry, directory, anna, chen } = scene();
    const assign = { type: 'assign', person: chen.id, post: PARIS, roles: ['AUDITOR'] } as const;
    ministry.add({ ...assign, at, title: 'Chargé d’affaires a.i.' }, asDevice(anna));
    expect(directory.titleOf(chen.id)).toBe('Chargé d’affaires a.i.');
    expect(Directory.restore(directory.serialize()).titleOf(chen.id)).toBe('Chargé d’affaires a.i.');
    for (const title of ['', ' Consul', 'Con\u202esul', 'C'.repeat(201)])
      expect(() => draftStatement({ ...assign, at: at + 1, title })).toThrow(
        expect.objectContaining({ code: 'FIELD_INVALID', field: 'title' }) as Error,
      );
    ministry.add({ ...assign, at: at + 1 }, asDevice(anna));
    expect(directory.titleOf(chen.id)).toBeUndefined();
  });
});

describe('a key of the server', () => {
  const DAY = 86_400_000;
  const stated = (purpose: 'log' | 'delivery', key: SigningKeyPair, time = at): StatementBody => ({
    type: 'serverKey',
    at: time,
    purpose,
    key: key.publicKey,
  });

  test('is named by the root, or by an officer who may appoint; nobody else', () => {
    const { ministry, directory, anna, chen } = scene();
    expect(directory.serverKeys('log', now)).toEqual([]);
    const [log, delivery] = [generateSigningKeyPair(), generateSigningKeyPair()];
    ministry.add(stated('log', log), ministry.asRoot);
    ministry.add(stated('delivery', delivery), asDevice(anna));
    expect(directory.serverKeys('log', now)).toEqual([log.publicKey]);
    expect(directory.serverKeys('delivery', now)).toEqual([delivery.publicKey]);
    const next = generateSigningKeyPair();
    expect(ministry.refusal(stated('log', next, at + 1), asDevice(chen))).toBe('POWER_MISSING');
    expect(ministry.refusal(stated('log', next, at + 1), asDevice(anna), asDevice(chen))).toBe('SIGNER_WRONG');
  });

  test('holds for seven days beside the next one, newest first', () => {
    const { ministry, directory, anna } = scene();
    const [first, second] = [generateSigningKeyPair(), generateSigningKeyPair()];
    ministry.add(stated('log', first), asDevice(anna));
    ministry.add(stated('log', second, at + 30 * DAY), asDevice(anna));
    const keysAt = (time: number) => directory.serverKeys('log', new Date(time));
    expect(keysAt(at + 37 * DAY - 1)).toEqual([second.publicKey, first.publicKey]);
    expect(keysAt(at + 37 * DAY)).toEqual([second.publicKey]);
    expect(keysAt(at + 999 * DAY)).toEqual([second.publicKey]);
  });

  test("is nobody else's, never used again, and never older than the one in force", () => {
    const { ministry, anna, chen } = scene();
    const key = generateSigningKeyPair();
    ministry.add(stated('log', key), asDevice(anna));
    expect(ministry.refusal(stated('log', generateSigningKeyPair()), asDevice(anna))).toBe('REPLAYED');
    expect(ministry.refusal(stated('log', key, at + 1), asDevice(anna))).toBe('KEY_TAKEN');
    expect(ministry.refusal(stated('delivery', key), asDevice(anna))).toBe('KEY_TAKEN');
    expect(ministry.refusal(stated('delivery', chen.deviceKey), asDevice(anna))).toBe('KEY_TAKEN');
  });
});

describe('a campaign', () => {
  const campaign = (id: string, more: Partial<Extract<StatementBody, { type: 'campaign' }>> = {}): StatementBody => ({
    type: 'campaign',
    at,
    campaign: uuid(id),
    deadline: at + 1000,
    ...more,
  });

  test('is begun and ended by an officer who may revoke', () => {
    const { ministry, directory, anna, chen } = scene();
    const scoped = campaign('one', { levels: ['TOP_SECRET', 'SECRET'], posts: [PARIS, GENEVA] });
    expect(ministry.refusal(scoped, asDevice(chen))).toBe('POWER_MISSING');
    ministry.add(scoped, asDevice(anna));
    expect(directory.campaigns()).toMatchObject([{ id: uuid('one'), levels: ['SECRET', 'TOP_SECRET'] }]);
    const end = { type: 'endCampaign', at: at + 1, campaign: uuid('one') } as const;
    expect(ministry.refusal(end, asDevice(chen))).toBe('POWER_MISSING');
    ministry.add(end, asDevice(anna));
    expect(directory.campaigns()).toEqual([]);
    expect(directory.campaign(uuid('one'))?.ended).toMatchObject({ at: at + 1 });
  });

  test('may name the cipher suite to move to', () => {
    const { ministry, directory, anna } = scene();
    for (const suite of [0, 0x10000, 1.5]) {
      expect(ministry.refusal(campaign('one', { suite }), asDevice(anna))).toBe('FIELD_INVALID');
    }
    ministry.add(campaign('one', { suite: 3 }), asDevice(anna));
    ministry.add(campaign('two', { suite: 77 }), asDevice(anna));
    ministry.add(campaign('three'), asDevice(anna));
    expect(directory.campaigns().map(({ suite }) => suite)).toEqual([3, 77, undefined]);
    expect(suiteAskedFor(directory.campaigns())).toBe(77);
    expect(suiteAskedFor([])).toBeUndefined();
    const restored = Directory.restore(directory.serialize());
    expect(restored.campaign(uuid('one'))?.suite).toBe(3);
  });

  test('has a deadline after its beginning, a scope that is not empty, and an id of its own', () => {
    const { ministry, anna } = scene();
    expect(ministry.refusal(campaign('one', { deadline: at }), asDevice(anna))).toBe('FIELD_INVALID');
    expect(ministry.refusal(campaign('one', { levels: [] }), asDevice(anna))).toBe('FIELD_INVALID');
    ministry.add(campaign('one'), asDevice(anna));
    expect(ministry.refusal(campaign('one', { deadline: at + 2 }), asDevice(anna))).toBe('ID_TAKEN');
    const end = (id: string) => ({ type: 'endCampaign', at: at + 1, campaign: uuid(id) }) as const;
    expect(ministry.refusal(end('two'), asDevice(anna))).toBe('CAMPAIGN_UNKNOWN');
    ministry.add(end('one'), asDevice(anna));
    expect(ministry.refusal({ ...end('one'), at: at + 2 }, asDevice(anna))).toBe('REPLAYED');
  });
});

test('what was taken from people is found by the place of the log, and by the time when clearances end', () => {
  const { ministry, directory, anna, chen, farida } = scene();
  const before = directory.head;
  const taken = (seq: number, from: number, to: number) => {
    const { devices, people } = directory.takenAfter(seq, new Date(from), new Date(to));
    return [devices.map(({ id }) => id), people];
  };
  expect(taken(before, at, at)).toEqual([[], []]);
  const clear = { type: 'clear', at, person: chen.id, policy: 'p', level: 'SECRET', categories: [] } as const;
  ministry.add({ ...clear, until: at + 5000 }, asDevice(anna));
  ministry.add({ type: 'revokePerson', at, person: farida.id, reason: 'LOST' }, asDevice(anna));
  expect(taken(before, at, at)).toEqual([[farida.device], [chen.id, farida.id]]);
  expect(taken(directory.head, at, at + 4999)).toEqual([[], []]);
  expect(taken(directory.head, at, at + 5000)).toEqual([[], [chen.id]]);
  expect(taken(directory.head, at + 5000, at + 9000)).toEqual([[], []]);
});

test('a snapshot holds all of it', () => {
  const { ministry, directory, anna, boris, chen, farida } = scene();
  ministry.add({ type: 'assign', at, person: chen.id, post: PARIS, roles: ['AUDITOR'] }, asDevice(anna));
  const next = generateSigningKeyPair();
  const proof = sign(next.privateKey, identityProofInput(chen.id, next.publicKey));
  const rotate = { type: 'rotateIdentity', at, person: chen.id, identityKey: next.publicKey, proof } as const;
  ministry.add(rotate, asDevice(anna), asDevice(boris));
  ministry.add({ type: 'revokePerson', at, person: farida.id, reason: 'LOST' }, asDevice(anna));
  const keys = [generateSigningKeyPair(), generateSigningKeyPair()];
  for (const [days, { publicKey: key }] of keys.entries()) {
    ministry.add({ type: 'serverKey', at: at + days, purpose: 'log', key }, asDevice(anna));
  }
  const campaign = { type: 'campaign', at, campaign: uuid('c'), posts: [PARIS], deadline: at + 1 } as const;
  ministry.add(campaign, asDevice(anna));
  ministry.add({ type: 'campaign', at, campaign: uuid('d'), levels: ['SECRET'], deadline: at + 1 }, asDevice(anna));
  ministry.add({ type: 'endCampaign', at, campaign: uuid('d') }, asDevice(anna));
  const restored = Directory.restore(directory.serialize());
  expect(restored.serialize()).toEqual(directory.serialize());
  expect(restored.campaigns().map(({ id }) => id)).toEqual([uuid('c')]);
  expect(restored.rolesOf(chen.id, now)).toEqual(['AUDITOR']);
  expect(restored.serverKeys('log', now)).toEqual(keys.toReversed().map(({ publicKey }) => publicKey));
  expect(restored.person(farida.id)?.revoked).toBeDefined();
  expect(restored.person(chen.id)?.formerKeys).toEqual([chen.key.publicKey]);
});

function scene() {
  const ministry = new Ministry();
  const { directory, anna, boris, chen, farida } = ministry;
  return { ministry, directory, anna, boris, chen, farida };
}

describe('a head of the audit trail', () => {
  test('is stated by a witness, only ever further on, and survives a snapshot', () => {
    const { directory, ministry, anna, chen } = scene();
    const head = (entry: number) => ({ type: 'auditHead', at, entry, hash: new Uint8Array(32).fill(entry) }) as const;
    expect(ministry.refusal(head(5), asDevice(chen))).toBe('POWER_MISSING');
    ministry.add(head(5), asDevice(anna));
    expect(ministry.refusal(head(5), asDevice(anna))).toBe('REPLAYED');
    expect(ministry.refusal(head(4), asDevice(anna))).toBe('REPLAYED');
    ministry.add(head(6), asDevice(anna));
    expect(directory.auditHead).toMatchObject({ entry: 6, hash: new Uint8Array(32).fill(6) });
    expect(Directory.restore(directory.serialize()).auditHead).toEqual(directory.auditHead);
    expect(directory.fork().auditHead).toEqual(directory.auditHead);
  });
});

describe('a release of the browser client', () => {
  const release = (name: string, time = at) => ({ type: 'release', at: time, hash: sha256(utf8(name)) }) as const;

  test('is stated by the root, or by an officer who may appoint; nobody else', () => {
    const { ministry, directory, anna, chen } = scene();
    expect(directory.release).toBeUndefined();
    expect(ministry.refusal(release('one'), asDevice(chen))).toBe('POWER_MISSING');
    ministry.add(release('one'), asDevice(anna));
    ministry.add(release('two', at + 1), ministry.asRoot);
    expect(directory.release?.hash).toEqual(sha256(utf8('two')));
  });

  test('is never older than the one before it, and survives a snapshot', () => {
    const { ministry, directory, anna } = scene();
    ministry.add(release('one'), asDevice(anna));
    expect(ministry.refusal(release('two'), asDevice(anna))).toBe('REPLAYED');
    expect(Directory.restore(directory.serialize()).release).toEqual(directory.release);
    expect(directory.fork().release).toEqual(directory.release);
  });
});

describe('another security policy', () => {
  const hash = new Uint8Array(32).fill(5);
  const at = START + 60_000;
  const policy = { type: 'policy', at, policyHash: hash } as const;

  test('is put in force by two officers, and by nobody less', () => {
    const ministry = new Ministry();
    const { anna, boris, chen } = ministry;
    expect(ministry.refusal(policy, asDevice(anna))).toBe('SIGNER_WRONG');
    expect(ministry.refusal(policy, asDevice(anna), asDevice(anna))).toBe('SIGNER_WRONG');
    expect(ministry.refusal(policy, asDevice(anna), asDevice(chen))).toBe('POWER_MISSING');
    expect(ministry.refusal(policy, ministry.asRoot, asDevice(anna))).toBe('SIGNER_WRONG');
    ministry.add(policy, asDevice(anna), asDevice(boris));
    expect(ministry.directory.policy).toEqual({ hash, at, seq: ministry.directory.head });
  });

  test('is neither repeated nor older than the one in force; going back is an act like any other', () => {
    const ministry = new Ministry();
    const hands = [asDevice(ministry.anna), asDevice(ministry.boris)] as const;
    ministry.add(policy, ...hands);
    expect(ministry.refusal({ ...policy, at: at + 1 }, ...hands)).toBe('REPLAYED');
    const first = ministry.directory.ministry!.policyHash;
    expect(ministry.refusal({ ...policy, policyHash: first, at: at - 1 }, ...hands)).toBe('REPLAYED');
    ministry.add({ ...policy, policyHash: first, at: at + 1 }, ...hands);
    expect(ministry.directory.policy?.hash).toEqual(first);
  });

  test('is remembered by a snapshot, and concerns everybody with a clearance', () => {
    const ministry = new Ministry();
    const { head } = ministry.directory;
    const now = new Date(at);
    expect(ministry.directory.takenAfter(head, now, now).people).toEqual([]);
    ministry.add(policy, asDevice(ministry.anna), asDevice(ministry.boris));
    const restored = Directory.restore(ministry.directory.serialize());
    expect(restored.policy).toEqual(ministry.directory.policy);
    expect(restored.takenAfter(head, now, now).people.toSorted()).toEqual(
      [ministry.anna, ministry.boris, ministry.chen, ministry.farida].map(({ id }) => id).toSorted(),
    );
    expect(restored.takenAfter(restored.head, now, now).people).toEqual([]);
  });
});
