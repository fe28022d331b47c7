import { decodeCanonical, encodeCanonical } from './cbor.js';
import { StatementError } from './error.js';
import { Fields, HASH_LENGTH, KEY_LENGTH, asIdentifier, asUuid } from './fields.js';
import { readCategories } from './kinds/clear.js';
import { POWERS, REVOCATION_REASONS, SERVER_KEY_PURPOSES, State } from './state.js';
import type {
  AppointmentRecord,
  AssignmentRecord,
  AuditHeadRecord,
  CampaignRecord,
  ClearanceRecord,
  DeviceRecord,
  IdentityRenewal,
  MinistryRecord,
  PersonRecord,
  PolicyRecord,
  ReleaseRecord,
  Revocation,
  ServerKeyRecord,
} from './state.js';

/** Version 1 knew no assignments, revoked people and former keys, version 2 no keys of the server; they are read as they are. */
const VERSION = 3;
const MAX_RECORDS = 10_000_000;

/** A state as canonical CBOR. Trusted storage only: who can write a snapshot can write the directory. */
export function serializeState(state: State, pinnedRoot: Uint8Array | undefined): Uint8Array {
  const { ministry, persons, devices, appointments, clearances, assignments } = state;
  return encodeCanonical({
    version: VERSION,
    pinnedRoot,
    ministry,
    policy: state.policy,
    auditHead: state.auditHead,
    release: state.release,
    head: state.head,
    newestAt: state.newestAt,
    persons: [...persons.values()].map(withoutDevices),
    devices: [...devices.values()],
    appointments: [...appointments.values()],
    clearances: [...clearances.values()],
    assignments: [...assignments.values()],
    serverKeys: [...state.serverKeys.values()].flat(),
    campaigns: [...state.campaigns.values()],
  });
}

/** Devices name their persons themselves. */
function withoutDevices(person: PersonRecord): Partial<PersonRecord> {
  return Object.fromEntries(Object.entries(person).filter(([field]) => field !== 'devices'));
}

/** @throws StatementError `SNAPSHOT_INVALID` when the bytes are no snapshot of this version */
export function restoreState(snapshot: Uint8Array): { state: State; pinnedRoot: Uint8Array | undefined } {
  try {
    return readSnapshot(snapshot);
  } catch (error) {
    if (error instanceof StatementError) throw new StatementError('SNAPSHOT_INVALID', error.message, error.field);
    throw error;
  }
}

function readSnapshot(snapshot: Uint8Array): { state: State; pinnedRoot: Uint8Array | undefined } {
  const fields = new Fields(decodeCanonical(snapshot));
  const version = fields.time('version');
  if (version < 1 || version > VERSION) throw new StatementError('SNAPSHOT_INVALID', 'is of another version');
  const state = State.empty();
  const pinnedRoot = fields.optionalBytes('pinnedRoot', HASH_LENGTH);
  state.ministry = fields.optional('ministry', readMinistry);
  state.policy = fields.optional('policy', readPolicyRecord) ?? firstPolicy(state.ministry);
  state.auditHead = fields.optional('auditHead', readAuditHead);
  state.release = fields.optional('release', readReleaseRecord);
  state.head = fields.time('head');
  state.newestAt = fields.time('newestAt');
  for (const person of fields.list('persons', MAX_RECORDS, reading(readPerson))) state.persons.set(person.id, person);
  for (const device of fields.list('devices', MAX_RECORDS, reading(readDevice))) addDevice(device, state);
  for (const record of fields.list('appointments', MAX_RECORDS, reading(readAppointment))) {
    state.appointments.set(record.person, record);
  }
  for (const record of fields.list('clearances', MAX_RECORDS, reading(readClearance))) {
    state.clearances.set(record.person, record);
  }
  const assignments = version === 1 ? [] : fields.list('assignments', MAX_RECORDS, reading(readAssignment));
  for (const record of assignments) state.assignments.set(record.person, record);
  const serverKeys = version < 3 ? [] : fields.list('serverKeys', MAX_RECORDS, reading(readServerKeyRecord));
  for (const record of serverKeys) {
    state.serverKeys.set(record.purpose, [...state.serverKeysFor(record.purpose), record]);
  }
  const campaigns = version < 3 ? [] : fields.list('campaigns', MAX_RECORDS, reading(readCampaignRecord));
  for (const record of campaigns) state.campaigns.set(record.id, record);
  fields.end();
  takeKeys(state);
  return { state, pinnedRoot };
}

function addDevice(device: DeviceRecord, state: State): void {
  const person = state.persons.get(device.person);
  if (!person) throw new StatementError('SNAPSHOT_INVALID', 'a device has no person');
  state.devices.set(device.id, device);
  state.persons.set(person.id, { ...person, devices: [...person.devices, device.id] });
}

function takeKeys(state: State): void {
  if (state.ministry) state.takeKey(state.ministry.rootKey, 'root');
  for (const { person, identityKey } of state.appointments.values()) {
    if (identityKey) state.takeKey(identityKey, `person:${person}`);
  }
  for (const { id, identityKey, formerKeys = [] } of state.persons.values()) {
    for (const key of [identityKey, ...formerKeys]) state.takeKey(key, `person:${id}`);
  }
  for (const { id, signatureKey } of state.devices.values()) state.takeKey(signatureKey, `device:${id}`);
  for (const { purpose, key } of [...state.serverKeys.values()].flat()) state.takeKey(key, `server:${purpose}`);
}

function reading<T>(read: (fields: Fields) => T): (item: unknown) => T {
  return (item) => {
    const fields = new Fields(item);
    const record = read(fields);
    fields.end();
    return record;
  };
}

function readRecorded(fields: Fields): { at: number; seq: number } {
  return { at: fields.time('at'), seq: fields.time('seq') };
}

function readMinistry(fields: Fields): MinistryRecord {
  return {
    id: fields.uuid('id'),
    name: fields.name('name'),
    rootKey: fields.bytes('rootKey', KEY_LENGTH),
    policyHash: fields.bytes('policyHash', HASH_LENGTH),
    fingerprint: fields.bytes('fingerprint', HASH_LENGTH),
    ...readRecorded(fields),
  };
}

function readPolicyRecord(fields: Fields): PolicyRecord {
  return { hash: fields.bytes('hash', HASH_LENGTH), ...readRecorded(fields) };
}

function readReleaseRecord(fields: Fields): ReleaseRecord {
  return { hash: fields.bytes('hash', HASH_LENGTH), ...readRecorded(fields) };
}

/** Snapshots from before policies could be changed do not name the one in force. */
function firstPolicy(ministry: MinistryRecord | undefined): PolicyRecord | undefined {
  return ministry && { hash: ministry.policyHash, at: ministry.at, seq: ministry.seq };
}

function readAuditHead(fields: Fields): AuditHeadRecord {
  return { entry: fields.time('entry'), hash: fields.bytes('hash', HASH_LENGTH), ...readRecorded(fields) };
}

function readPerson(fields: Fields): PersonRecord {
  const formerKeys = fields.has('formerKeys') ? fields.list('formerKeys', MAX_RECORDS, asKey) : undefined;
  const renewed = fields.optional('renewed', readRenewal);
  const revoked = fields.optional('revoked', readRevocation);
  return {
    id: fields.uuid('id'),
    name: fields.name('name'),
    post: fields.uuid('post'),
    identityKey: fields.bytes('identityKey', KEY_LENGTH),
    ...(formerKeys && { formerKeys }),
    ...(renewed && { renewed }),
    ...(revoked && { revoked }),
    devices: [],
    ...readRecorded(fields),
  };
}

function readDevice(fields: Fields): DeviceRecord {
  const revoked = fields.optional('revoked', readRevocation);
  return {
    id: fields.uuid('id'),
    person: fields.uuid('person'),
    name: fields.name('name'),
    signatureKey: fields.bytes('signatureKey', KEY_LENGTH),
    ...(revoked && { revoked }),
    ...readRecorded(fields),
  };
}

function readRevocation(fields: Fields): Revocation {
  return { reason: fields.oneOf('reason', REVOCATION_REASONS), ...readRecorded(fields) };
}

function readRenewal(fields: Fields): IdentityRenewal {
  return { byOfficers: fields.flag('byOfficers'), vouchers: fields.time('vouchers'), ...readRecorded(fields) };
}

function asKey(value: unknown, path: string): Uint8Array {
  if (value instanceof Uint8Array && value.length === KEY_LENGTH) return value;
  throw new StatementError('SNAPSHOT_INVALID', `${path} is no key`);
}

function readAssignment(fields: Fields): AssignmentRecord {
  const title = fields.optionalName('title');
  const until = fields.optionalTime('until');
  return {
    person: fields.uuid('person'),
    roles: fields.list('roles', MAX_RECORDS, asIdentifier),
    ...(title !== undefined && { title }),
    ...(until !== undefined && { until }),
    ...readRecorded(fields),
  };
}

function readServerKeyRecord(fields: Fields): ServerKeyRecord {
  const purpose = fields.oneOf('purpose', SERVER_KEY_PURPOSES);
  return { purpose, key: fields.bytes('key', KEY_LENGTH), ...readRecorded(fields) };
}

function readCampaignRecord(fields: Fields): CampaignRecord {
  const levels = fields.has('levels') ? fields.list('levels', MAX_RECORDS, asIdentifier) : undefined;
  const posts = fields.has('posts') ? fields.list('posts', MAX_RECORDS, asUuid) : undefined;
  const suite = fields.has('suite') ? { suite: fields.uint16('suite') } : {};
  const ended = fields.optional('ended', readRecorded);
  return {
    id: fields.uuid('id'),
    ...suite,
    ...(levels && { levels }),
    ...(posts && { posts }),
    deadline: fields.time('deadline'),
    ...(ended && { ended }),
    ...readRecorded(fields),
  };
}

function readAppointment(fields: Fields): AppointmentRecord {
  const powers = fields.list('powers', POWERS.length, asIdentifier);
  const identityKey = fields.optionalBytes('identityKey', KEY_LENGTH);
  const until = fields.optionalTime('until');
  return {
    person: fields.uuid('person'),
    powers: POWERS.filter((power) => powers.includes(power)),
    mayAppoint: fields.flag('mayAppoint'),
    byRoot: fields.flag('byRoot'),
    ...(identityKey && { identityKey }),
    ...(until !== undefined && { until }),
    ...readRecorded(fields),
  };
}

function readClearance(fields: Fields): ClearanceRecord {
  const until = fields.optionalTime('until');
  return {
    person: fields.uuid('person'),
    policy: fields.identifier('policy'),
    level: fields.identifier('level'),
    categories: readCategories(fields),
    ...(until !== undefined && { until }),
    ...readRecorded(fields),
  };
}
