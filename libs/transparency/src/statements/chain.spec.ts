import { generateSigningKeyPair, ready, sha256, sign, utf8 } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import { Directory } from './directory.js';
import { StatementError } from './error.js';
import type { StatementErrorCode } from './error.js';
import type { StatementBody } from './body.js';
import { ROOT_SIGNER } from './signer.js';
import type { Signer } from './signer.js';
import { assembleStatement, decodeStatement, draftStatement, statementId } from './statement.js';

const START = Date.UTC(2026, 10, 21, 10);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const POST = uuid('post');

let root: SigningKeyPair;
let officer: SigningKeyPair;
let officerDevice: SigningKeyPair;

beforeAll(async () => {
  await ready();
  [root, officer, officerDevice] = [generateSigningKeyPair(), generateSigningKeyPair(), generateSigningKeyPair()];
});

const OFFICER = uuid('officer');
const OFFICER_DEVICE = uuid('officer device');
const byOfficer: Signer = { kind: 'person', id: OFFICER };
const byOfficerDevice: Signer = { kind: 'device', id: OFFICER_DEVICE };

/** The same name gives the same UUID. */
function uuid(name: string): string {
  const hex = Buffer.from(name).toString('hex').padEnd(32, '0').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function signed(body: StatementBody, signer: Signer, key: SigningKeyPair): Uint8Array {
  const draft = draftStatement(body);
  return assembleStatement(draft.body, signer, sign(key.privateKey, draft.bytesToSign));
}

const rootStatement = (key = root) =>
  signed(
    {
      type: 'root',
      at: START,
      ministry: uuid('ministry'),
      name: 'Ministry',
      rootKey: key.publicKey,
      policyHash: sha256(utf8('policy')),
    },
    ROOT_SIGNER,
    key,
  );
const appoint = (person: string, rest: Partial<Extract<StatementBody, { type: 'appoint' }>> = {}): StatementBody => ({
  type: 'appoint',
  at: START,
  person,
  powers: ['assign', 'clear', 'enrol', 'revoke', 'witness'],
  mayAppoint: true,
  ...rest,
});
const enrol = (person: string, key: SigningKeyPair, at = START): StatementBody => ({
  type: 'enrol',
  at,
  person,
  name: 'A. Person',
  post: POST,
  identityKey: key.publicKey,
});
const clear = (
  person: string,
  level: string,
  rest: Partial<Extract<StatementBody, { type: 'clear' }>> = {},
): StatementBody => ({
  type: 'clear',
  at: START,
  person,
  policy: 'generic-ministry',
  level,
  categories: [],
  ...rest,
});
const addDevice = (person: string, device: string, key: SigningKeyPair, at = START): StatementBody => ({
  type: 'addDevice',
  at,
  person,
  device,
  name: 'Laptop',
  signatureKey: key.publicKey,
});
const revoke = (device: string, at = START): StatementBody => ({ type: 'revokeDevice', at, device, reason: 'STOLEN' });

class Story {
  readonly log: Uint8Array[] = [];
  constructor(readonly directory = Directory.empty()) {}

  add(body: StatementBody, signer: Signer, key: SigningKeyPair): this {
    return this.enter(signed(body, signer, key));
  }

  enter(statement: Uint8Array): this {
    this.directory.apply(statement, this.directory.head + 1);
    this.log.push(statement);
    return this;
  }

  /** The statement is refused with this code, and nothing has changed. */
  refuses(code: StatementErrorCode, statement: Uint8Array, seq = this.directory.head + 1): void {
    const before = this.directory.serialize();
    let caught: unknown;
    try {
      this.directory.apply(statement, seq);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(StatementError);
    expect((caught as StatementError).code).toBe(code);
    expect(this.directory.serialize()).toEqual(before);
  }
}

function founded(): Story {
  return new Story()
    .enter(rootStatement())
    .add(appoint(OFFICER, { identityKey: officer.publicKey }), ROOT_SIGNER, root)
    .add(enrol(OFFICER, officer), byOfficer, officer)
    .add(clear(OFFICER, 'TOP_SECRET'), byOfficer, officer)
    .add(addDevice(OFFICER, OFFICER_DEVICE, officerDevice), byOfficer, officer);
}

/** A founded ministry, and a person with a device enrolled by the officer's device. */
function withPerson(name = 'diplomat') {
  const identity = generateSigningKeyPair();
  const device = generateSigningKeyPair();
  const id = uuid(name);
  const deviceId = uuid(`${name} dev`);
  const story = founded()
    .add(enrol(id, identity), byOfficerDevice, officerDevice)
    .add(
      clear(id, 'SECRET', { categories: [{ tag: 'COMPARTMENT', values: ['INTEL', 'CRYPTO'] }] }),
      byOfficerDevice,
      officerDevice,
    )
    .add(addDevice(id, deviceId, device), { kind: 'person', id }, identity);
  return { story, id, identity, device, deviceId };
}

describe('an honest log', () => {
  test('proves people, devices, clearances and powers from the root on', () => {
    const { story, id, deviceId, device } = withPerson();
    const { directory } = story;
    expect(directory.head).toBe(8);
    expect(directory.ministry?.fingerprint).toEqual(statementId(story.log[0] ?? new Uint8Array()));
    expect(directory.person(id)).toMatchObject({ name: 'A. Person', post: POST, devices: [deviceId], seq: 6 });
    expect(directory.device(deviceId)).toMatchObject({ person: id, signatureKey: device.publicKey, seq: 8 });
    expect(directory.clearanceOf(id, new Date(START))).toEqual({
      policy: 'generic-ministry',
      level: 'SECRET',
      categories: [{ tag: 'COMPARTMENT', values: ['CRYPTO', 'INTEL'] }],
    });
    expect([...directory.powersOf(OFFICER, new Date(START))]).toContain('enrol');
    expect([...directory.powersOf(id, new Date(START))]).toEqual([]);
    expect([...directory.persons()].map((person) => person.id)).toEqual([OFFICER, id]);
    expect(directory.isRevoked(deviceId)).toBe(false);
    expect(directory.isRevoked(uuid('nobody'))).toBe(true);
  });

  test('a clearance ends at its end, and the newest one counts', () => {
    const { story, id } = withPerson();
    story.add(clear(id, 'RESTRICTED', { at: START + 1, until: START + HOUR }), byOfficerDevice, officerDevice);
    expect(story.directory.clearanceOf(id, new Date(START + HOUR - 1))).toMatchObject({
      level: 'RESTRICTED',
      until: new Date(START + HOUR).toISOString(),
    });
    expect(story.directory.clearanceOf(id, new Date(START + HOUR))).toBeUndefined();
  });

  test('a person revokes the own device, an officer anybody’s', () => {
    const { story, id, deviceId, device } = withPerson();
    story.add(revoke(deviceId), { kind: 'device', id: deviceId }, device);
    expect(story.directory.isRevoked(deviceId)).toBe(true);
    expect(story.directory.devicesOf(id)).toMatchObject([{ id: deviceId, revoked: { reason: 'STOLEN', seq: 9 } }]);
    const second = withPerson();
    second.story.add(revoke(second.deviceId), byOfficerDevice, officerDevice);
    expect(second.story.directory.isRevoked(second.deviceId)).toBe(true);
  });

  test('replayed from the start, it gives the same directory to everybody', () => {
    const { story } = withPerson();
    const pinned = Directory.empty(story.directory.ministry?.fingerprint);
    story.log.forEach((statement, index) => pinned.apply(statement, index + 1));
    expect([...pinned.persons()]).toEqual([...story.directory.persons()]);
  });
});

describe('a snapshot', () => {
  test('restores to the same directory, which goes on verifying', () => {
    const { story, id, deviceId, identity } = withPerson();
    story.add(revoke(deviceId), byOfficerDevice, officerDevice);
    const restored = new Story(Directory.restore(story.directory.serialize()));
    expect(restored.directory.serialize()).toEqual(story.directory.serialize());
    expect(restored.directory.person(id)).toEqual(story.directory.person(id));
    expect(restored.directory.device(deviceId)).toEqual(story.directory.device(deviceId));
    restored.refuses('KEY_TAKEN', signed(enrol(uuid('twin'), identity), byOfficerDevice, officerDevice));
    restored.add(addDevice(id, uuid('second'), generateSigningKeyPair()), { kind: 'person', id }, identity);
  });

  test('keeps the pinned root, and is refused when it is anything else', () => {
    const pinned = Directory.restore(Directory.empty(sha256(utf8('another root'))).serialize());
    new Story(pinned).refuses('ROOT_MISMATCH', rootStatement());
    for (const bytes of [new Uint8Array(), utf8('{}'), founded().directory.serialize().slice(1)]) {
      expect(() => Directory.restore(bytes)).toThrow(expect.objectContaining({ code: 'SNAPSHOT_INVALID' }) as Error);
    }
  });
});

describe('a fork', () => {
  test('tries statements out without touching the original', () => {
    const { story, id, deviceId } = withPerson();
    const before = story.directory.serialize();
    const fork = new Story(story.directory.fork());
    fork
      .add(clear(id, 'RESTRICTED', { at: START + 1 }), byOfficerDevice, officerDevice)
      .add(revoke(deviceId), byOfficerDevice, officerDevice);
    fork.refuses('DEVICE_REVOKED', signed(revoke(deviceId), byOfficerDevice, officerDevice));
    expect(fork.directory.clearanceOf(id, new Date(START))?.level).toBe('RESTRICTED');
    expect([...fork.directory.persons()]).toHaveLength(2);
    expect(story.directory.serialize()).toEqual(before);
    expect(story.directory.isRevoked(deviceId)).toBe(false);
  });
});

describe('a server that lies', () => {
  test('can’t make up a person with a key of its own', () => {
    const server = generateSigningKeyPair();
    founded().refuses('SIGNATURE_INVALID', signed(enrol(uuid('ghost'), server), byOfficerDevice, server));
    founded().refuses(
      'SIGNER_UNKNOWN',
      signed(enrol(uuid('ghost'), server), { kind: 'person', id: uuid('ghost') }, server),
    );
    founded().refuses(
      'SIGNER_UNKNOWN',
      signed(enrol(uuid('ghost'), server), { kind: 'device', id: uuid('ghost') }, server),
    );
    founded().refuses('SIGNATURE_INVALID', signed(appoint(OFFICER, { at: START + 1 }), ROOT_SIGNER, server));
  });

  test('can’t add a ghost device to a person, with another identity or an officer’s', () => {
    const { story, id } = withPerson();
    const ghost = generateSigningKeyPair();
    story.refuses('SIGNATURE_INVALID', signed(addDevice(id, uuid('ghost'), ghost), { kind: 'person', id }, ghost));
    story.refuses('SIGNER_WRONG', signed(addDevice(id, uuid('ghost'), ghost), byOfficer, officer));
    story.refuses('SIGNER_WRONG', signed(addDevice(id, uuid('ghost'), ghost), byOfficerDevice, officerDevice));
  });

  test('can’t pass a signature off as somebody else’s', () => {
    const { story, id } = withPerson();
    const draft = draftStatement(clear(id, 'TOP_SECRET', { at: START + 1 }));
    const signature = sign(officerDevice.privateKey, draft.bytesToSign);
    story.refuses('SIGNATURE_INVALID', assembleStatement(draft.body, byOfficer, signature));
    const other = draftStatement(clear(OFFICER, 'TOP_SECRET', { at: START + 1 }));
    story.refuses('SIGNATURE_INVALID', assembleStatement(other.body, byOfficerDevice, signature));
  });

  test('can’t use a signature that was made for another purpose', () => {
    const { story, id } = withPerson();
    const { body } = draftStatement(clear(id, 'TOP_SECRET', { at: START + 1 }));
    story.refuses('SIGNATURE_INVALID', assembleStatement(body, byOfficerDevice, sign(officerDevice.privateKey, body)));
  });

  test('can’t show another root to a client that pins one', () => {
    const story = new Story(Directory.empty(statementId(rootStatement())));
    story.refuses('ROOT_MISMATCH', rootStatement(generateSigningKeyPair()));
    story.enter(rootStatement());
  });

  test('can’t start without a root, have two, or sign one with another key', () => {
    new Story().refuses('ROOT_MISSING', signed(enrol(OFFICER, officer), byOfficer, officer));
    founded().refuses('ROOT_REPEATED', rootStatement());
    const draft = draftStatement(decodeStatement(rootStatement()).body);
    const forged = assembleStatement(draft.body, ROOT_SIGNER, sign(officer.privateKey, draft.bytesToSign));
    new Story().refuses('SIGNATURE_INVALID', forged);
    new Story().refuses(
      'SIGNER_WRONG',
      assembleStatement(draft.body, byOfficer, sign(root.privateKey, draft.bytesToSign)),
    );
  });

  test('can’t leave out, repeat or reorder statements', () => {
    const { story, id } = withPerson();
    const next = signed(clear(id, 'RESTRICTED', { at: START + 1 }), byOfficerDevice, officerDevice);
    story.refuses('OUT_OF_ORDER', next, story.directory.head);
    story.refuses('OUT_OF_ORDER', next, story.directory.head + 2);
    const partial = new Story();
    story.log
      .filter((_, index) => index !== 5)
      .slice(0, 5)
      .forEach((statement) => partial.enter(statement));
    partial.refuses('PERSON_UNKNOWN', story.log[6] ?? next);
  });

  test('can’t bring an old clearance, appointment or anything else back', () => {
    const { story, id } = withPerson();
    const old = story.log[6] ?? new Uint8Array();
    story.add(clear(id, 'RESTRICTED', { at: START + 1 }), byOfficerDevice, officerDevice);
    story.refuses('REPLAYED', old);
    story.refuses('REPLAYED', story.log[1] ?? old);
    story.refuses('ID_TAKEN', story.log[5] ?? old);
    story.refuses('ID_TAKEN', story.log[7] ?? old);
    story.refuses('ROOT_REPEATED', story.log[0] ?? old);
  });
});

describe('identifiers and keys', () => {
  test('belong to one owner for good', () => {
    const { story, id, identity, device } = withPerson();
    const fresh = generateSigningKeyPair();
    const byPerson: Signer = { kind: 'person', id };
    story.refuses('ID_TAKEN', signed(enrol(id, fresh), byOfficerDevice, officerDevice));
    story.refuses('ID_TAKEN', signed(addDevice(id, OFFICER_DEVICE, fresh), byPerson, identity));
    for (const key of [root, officer, officerDevice, identity, device]) {
      story.refuses('KEY_TAKEN', signed(enrol(uuid('other'), key), byOfficerDevice, officerDevice));
      story.refuses('KEY_TAKEN', signed(addDevice(id, uuid('other'), key), byPerson, identity));
    }
  });

  test('a person who happens to have a device’s id does not get that device’s key', () => {
    const { story } = withPerson();
    story.refuses('KEY_TAKEN', signed(enrol(OFFICER_DEVICE, officerDevice), byOfficerDevice, officerDevice));
  });

  test('nobody is cleared, appointed or given a device before being enrolled', () => {
    const key = generateSigningKeyPair();
    const nobody = uuid('nobody');
    founded().refuses('PERSON_UNKNOWN', signed(clear(nobody, 'SECRET'), byOfficerDevice, officerDevice));
    founded().refuses('PERSON_UNKNOWN', signed(appoint(nobody), byOfficerDevice, officerDevice));
    founded().refuses('SIGNER_UNKNOWN', signed(addDevice(nobody, uuid('d'), key), { kind: 'person', id: nobody }, key));
    founded().refuses('DEVICE_UNKNOWN', signed(revoke(uuid('d')), byOfficerDevice, officerDevice));
    const story = new Story()
      .enter(rootStatement())
      .add(appoint(OFFICER, { identityKey: officer.publicKey }), ROOT_SIGNER, root);
    story.refuses('PERSON_UNKNOWN', signed(addDevice(OFFICER, OFFICER_DEVICE, officerDevice), byOfficer, officer));
    story.refuses('FIELD_INVALID', signed(enrol(OFFICER, officerDevice), byOfficer, officer));
  });
});

describe('powers', () => {
  test('a person without a power can’t enrol, clear, revoke or appoint', () => {
    const { story, id, device, deviceId } = withPerson();
    const by: Signer = { kind: 'device', id: deviceId };
    story.refuses('POWER_MISSING', signed(enrol(uuid('friend'), generateSigningKeyPair()), by, device));
    story.refuses('POWER_MISSING', signed(clear(id, 'TOP_SECRET', { at: START + 1 }), by, device));
    story.refuses('POWER_MISSING', signed(revoke(OFFICER_DEVICE), by, device));
    story.refuses('POWER_MISSING', signed(appoint(id, { at: START + 1 }), by, device));
  });

  test('the root key founds and appoints, nothing else', () => {
    const { story, id, deviceId } = withPerson();
    story.refuses('SIGNER_WRONG', signed(enrol(uuid('friend'), generateSigningKeyPair()), ROOT_SIGNER, root));
    story.refuses('SIGNER_WRONG', signed(clear(id, 'TOP_SECRET', { at: START + 1 }), ROOT_SIGNER, root));
    story.refuses('SIGNER_WRONG', signed(revoke(deviceId), ROOT_SIGNER, root));
  });

  test('end with the appointment, and can’t be used for the time before', () => {
    const { story, id } = withPerson();
    story.add(appoint(OFFICER, { at: START + 1, until: START + DAY }), ROOT_SIGNER, root);
    const late = (at: number) => signed(clear(id, 'RESTRICTED', { at }), byOfficerDevice, officerDevice);
    story.refuses('POWER_MISSING', late(START + DAY));
    story.enter(late(START + DAY - 1));
    story.add(appoint(OFFICER, { at: START + 10 * DAY, until: START + 10 * DAY }), ROOT_SIGNER, root);
    story.refuses('BACKDATED', late(START + DAY - 1));
  });

  test('an enrolled officer appoints others to a part of the own powers, not beyond the own end', () => {
    const { story, id, device, deviceId } = withPerson();
    const by: Signer = { kind: 'device', id: deviceId };
    const third = generateSigningKeyPair();
    story.add(appoint(id, { powers: ['enrol'], until: START + DAY }), byOfficerDevice, officerDevice);
    story.add(enrol(uuid('third'), third), by, device);
    const grant = (rest: object) =>
      signed(appoint(uuid('third'), { powers: ['enrol'], until: START + DAY, ...rest }), by, device);
    story.refuses('POWER_MISSING', grant({ powers: ['clear', 'enrol'] }));
    story.refuses('POWER_MISSING', grant({ until: START + DAY + 1 }));
    story.refuses('SIGNER_WRONG', grant({ identityKey: third.publicKey }));
    story.enter(grant({ mayAppoint: false }));
    const byThird: Signer = { kind: 'person', id: uuid('third') };
    story.refuses('POWER_MISSING', signed(appoint(id, { at: START + 2, powers: ['enrol'] }), byThird, third));
  });

  test('an officer can’t end the appointment of one who was appointed by the root, or who holds more', () => {
    const { story, id, device, deviceId } = withPerson();
    const by: Signer = { kind: 'device', id: deviceId };
    const third = generateSigningKeyPair();
    story.add(appoint(id, { powers: ['enrol'] }), byOfficerDevice, officerDevice);
    story.refuses('POWER_MISSING', signed(appoint(OFFICER, { at: START + 1, powers: [] }), by, device));
    story.add(enrol(uuid('third'), third), by, device);
    story.add(appoint(uuid('third'), { powers: ['clear'] }), byOfficerDevice, officerDevice);
    story.refuses('POWER_MISSING', signed(appoint(uuid('third'), { at: START + 1, powers: [] }), by, device));
    story.add(appoint(uuid('third'), { at: START + 1, powers: [] }), byOfficerDevice, officerDevice);
    expect([...story.directory.powersOf(uuid('third'), new Date(START + 1))]).toEqual([]);
  });

  test('the root can’t be made to swap the identity key of a person', () => {
    const { story, id } = withPerson();
    const other = generateSigningKeyPair();
    story.refuses('FIELD_INVALID', signed(appoint(id, { identityKey: other.publicKey }), ROOT_SIGNER, root));
    story.refuses(
      'KEY_TAKEN',
      signed(appoint(uuid('new'), { identityKey: officerDevice.publicKey }), ROOT_SIGNER, root),
    );
  });
});

describe('a revoked device', () => {
  test('signs nothing any more, whatever powers its person holds', () => {
    const story = founded().add(revoke(OFFICER_DEVICE), byOfficer, officer);
    story.refuses(
      'SIGNER_REVOKED',
      signed(enrol(uuid('friend'), generateSigningKeyPair()), byOfficerDevice, officerDevice),
    );
    story.refuses('SIGNER_REVOKED', signed(revoke(OFFICER_DEVICE), byOfficerDevice, officerDevice));
    story.refuses('DEVICE_REVOKED', signed(revoke(OFFICER_DEVICE), byOfficer, officer));
  });
});
