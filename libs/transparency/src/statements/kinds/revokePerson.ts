import { StatementError } from '../error.js';
import type { Fields } from '../fields.js';
import { REVOCATION_REASONS } from '../state.js';
import type { PersonRecord, Revocation, RevocationReason, State } from '../state.js';
import { actingPerson, requirePower, requireTwo } from './act.js';
import type { Act } from './act.js';

/**
 * Person P and all of P's devices are no longer trusted, from this place of the log on and for good; appointment, roles and
 * clearance end with it. Signed by P, or an officer with the power revoke, or two of them: servers ask for two where one
 * act revokes more than one person.
 */
export interface RevokePerson {
  readonly type: 'revokePerson';
  readonly at: number;
  readonly person: string;
  readonly reason: RevocationReason;
}

export function readRevokePerson(fields: Fields, at: number): RevokePerson {
  return {
    type: 'revokePerson',
    at,
    person: fields.uuid('person'),
    reason: fields.oneOf('reason', REVOCATION_REASONS),
  };
}

export function applyRevokePerson({ at, person, reason }: RevokePerson, act: Act, state: State): void {
  const { signer, cosigner, seq } = act;
  const known = state.persons.get(person);
  if (!known) throw new StatementError('PERSON_UNKNOWN', 'the person is not enrolled', 'person');
  if (cosigner) requireTwo('revoke', at, act, state);
  else if (actingPerson(signer, state) !== person) requirePower('revoke', at, signer, state);
  if (known.revoked) throw new StatementError('PERSON_REVOKED', 'the person is revoked already', 'person');
  revokePerson(known, { at, reason, seq }, state);
}

/** Ends everything that a person holds. */
function revokePerson(person: PersonRecord, revoked: Revocation, state: State): void {
  revokeDevices(person, revoked, state);
  const { at, seq } = revoked;
  state.persons.set(person.id, { ...person, revoked });
  const appointment = state.appointments.get(person.id);
  if (appointment) state.appointments.set(person.id, { ...appointment, powers: [], mayAppoint: false, at, seq });
  const clearance = state.clearances.get(person.id);
  if (clearance) state.clearances.set(person.id, { ...clearance, until: 0, at, seq });
  const assignment = state.assignments.get(person.id);
  if (assignment) state.assignments.set(person.id, { ...assignment, roles: [], at, seq });
}

/** Ends the trust in all devices of a person that are trusted yet. */
export function revokeDevices({ devices }: PersonRecord, revoked: Revocation, state: State): void {
  for (const id of devices) {
    const device = state.devices.get(id);
    if (device && !device.revoked) state.devices.set(id, { ...device, revoked });
  }
}
