import { equalBytes } from '#primitives/verify';

import { StatementError } from '../error.js';
import { KEY_LENGTH, asIdentifier, requireSorted } from '../fields.js';
import type { Fields } from '../fields.js';
import { POWERS, hasEnded } from '../state.js';
import type { AppointmentRecord, Power, State } from '../state.js';
import { actingPerson, requireNewer } from './act.js';
import type { Act } from './act.js';

/**
 * Person P holds these powers until T; takes the place of P's earlier appointment, so that no powers end it.
 * Signed by the root, or by an officer whose own appointment has `mayAppoint` and covers what is given and what is replaced.
 */
export interface Appoint {
  readonly type: 'appoint';
  readonly at: number;
  readonly person: string;
  /** Sorted, each once. */
  readonly powers: readonly Power[];
  readonly mayAppoint: boolean;
  /** Names the key of an officer who is not enrolled yet: the first one, who enrols everybody else. Root only. */
  readonly identityKey?: Uint8Array;
  /** Milliseconds since 1970; absent when the appointment has no end. */
  readonly until?: number;
}

export function readAppoint(fields: Fields, at: number): Appoint {
  const powers = fields.list('powers', POWERS.length, asPower);
  requireSorted(powers, 'powers');
  const identityKey = fields.optionalBytes('identityKey', KEY_LENGTH);
  const until = fields.optionalTime('until');
  return {
    type: 'appoint',
    at,
    person: fields.uuid('person'),
    powers,
    mayAppoint: fields.flag('mayAppoint'),
    ...(identityKey && { identityKey }),
    ...(until !== undefined && { until }),
  };
}

export function applyAppoint(body: Appoint, { signer, seq }: Act, state: State): void {
  if (state.persons.get(body.person)?.revoked) {
    throw new StatementError('PERSON_REVOKED', 'the person is revoked', 'person');
  }
  const before = state.appointments.get(body.person);
  requireNewer(body.at, before);
  const officer = actingPerson(signer, state);
  if (officer !== undefined) requireCover(body, before, officer, state);
  const identityKey = appointedKey(body, state);
  if (identityKey) state.takeKey(identityKey, `person:${body.person}`);
  const { at, person, powers, mayAppoint, until } = body;
  state.appointments.set(person, {
    person,
    powers,
    mayAppoint,
    byRoot: officer === undefined,
    ...(identityKey && { identityKey }),
    ...(until !== undefined && { until }),
    at,
    seq,
  });
}

/** An officer gives away, and takes away, no more than the own appointment holds. */
function requireCover(body: Appoint, before: AppointmentRecord | undefined, officer: string, state: State): void {
  const own = state.appointmentAt(officer, body.at);
  if (!own?.mayAppoint) throw new StatementError('POWER_MISSING', 'the signer may not appoint at that time');
  if (body.identityKey) throw new StatementError('SIGNER_WRONG', 'only the root names an identity key', 'identityKey');
  if (!body.powers.every((power) => own.powers.includes(power))) {
    throw new StatementError('POWER_MISSING', 'the signer does not hold all of these powers', 'powers');
  }
  if (own.until !== undefined && (body.until === undefined || body.until > own.until)) {
    throw new StatementError('POWER_MISSING', "is later than the end of the signer's own appointment", 'until');
  }
  if (before && !hasEnded(before, body.at)) requireReplaceable(before, own);
}

function requireReplaceable(before: AppointmentRecord, own: AppointmentRecord): void {
  const covered = before.powers.every((power) => own.powers.includes(power));
  if (before.byRoot || !covered)
    throw new StatementError('POWER_MISSING', "the signer can't end this person's appointment");
}

function appointedKey({ person, identityKey }: Appoint, state: State): Uint8Array | undefined {
  const known = state.identityKeyOf(person);
  if (!known && !identityKey) throw new StatementError('PERSON_UNKNOWN', 'the person is not enrolled', 'person');
  if (known && identityKey && !equalBytes(known, identityKey)) {
    throw new StatementError('FIELD_INVALID', "is not the person's identity key", 'identityKey');
  }
  if (identityKey) state.requireFreeKey(identityKey, `person:${person}`);
  return known ?? identityKey;
}

function asPower(value: unknown, path: string): Power {
  const identifier = asIdentifier(value, path);
  const power = POWERS.find((known) => known === identifier);
  if (!power) throw new StatementError('FIELD_INVALID', `${path} is no power`, path);
  return power;
}
