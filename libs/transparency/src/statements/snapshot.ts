import { decodeCanonical, encodeCanonical } from './cbor.js';
import { StatementError } from './error.js';
import { Fields, HASH_LENGTH, KEY_LENGTH, asIdentifier } from './fields.js';
import { readCategories } from './kinds/clear.js';
import { POWERS, REVOCATION_REASONS, State } from './state.js';
import type { AppointmentRecord, ClearanceRecord, DeviceRecord, MinistryRecord, PersonRecord } from './state.js';

const VERSION = 1;
const MAX_RECORDS = 10_000_000;

/** A state as canonical CBOR. Trusted storage only: who can write a snapshot can write the directory. */
export function serializeState(state: State, pinnedRoot: Uint8Array | undefined): Uint8Array {
  const { ministry, persons, devices, appointments, clearances } = state;
  return encodeCanonical({
    version: VERSION,
    pinnedRoot,
    ministry,
    head: state.head,
    newestAt: state.newestAt,
    persons: [...persons.values()].map(({ id, name, post, identityKey, at, seq }) => ({
      id,
      name,
      post,
      identityKey,
      at,
      seq,
    })),
    devices: [...devices.values()],
    appointments: [...appointments.values()],
    clearances: [...clearances.values()],
  });
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
  if (fields.time('version') !== VERSION) throw new StatementError('SNAPSHOT_INVALID', 'is of another version');
  const state = State.empty();
  const pinnedRoot = fields.optionalBytes('pinnedRoot', HASH_LENGTH);
  state.ministry = fields.optional('ministry', readMinistry);
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
  for (const { id, identityKey } of state.persons.values()) state.takeKey(identityKey, `person:${id}`);
  for (const { id, signatureKey } of state.devices.values()) state.takeKey(signatureKey, `device:${id}`);
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

function readPerson(fields: Fields): PersonRecord {
  return {
    id: fields.uuid('id'),
    name: fields.name('name'),
    post: fields.uuid('post'),
    identityKey: fields.bytes('identityKey', KEY_LENGTH),
    devices: [],
    ...readRecorded(fields),
  };
}

function readDevice(fields: Fields): DeviceRecord {
  const revoked = fields.optional('revoked', (inner) => ({
    reason: inner.oneOf('reason', REVOCATION_REASONS),
    ...readRecorded(inner),
  }));
  return {
    id: fields.uuid('id'),
    person: fields.uuid('person'),
    name: fields.name('name'),
    signatureKey: fields.bytes('signatureKey', KEY_LENGTH),
    ...(revoked && { revoked }),
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
