import { concatBytes, utf8, verifySignature } from '#primitives/verify';

import { StatementError } from '../error.js';
import { KEY_LENGTH } from '../fields.js';
import type { Fields } from '../fields.js';
import type { PersonRecord, RevocationReason, State } from '../state.js';
import { actingPerson, requireTwo } from './act.js';
import type { Act } from './act.js';
import { revokeDevices } from './revokePerson.js';

const SIGNATURE_LENGTH = 64;
const WRONG_HANDS: ReadonlySet<RevocationReason> = new Set(['COMPROMISED', 'LOST', 'STOLEN']);
const PROOF_DOMAIN = 'Chancery identity key v1\0';

/**
 * Person P's identity key is this one from now on. Signed by P's old identity key; or, where that is lost or in wrong hands, by
 * two officers with the power enrol, and then P's devices are revoked, since whoever has the old key may have added some.
 */
export interface RotateIdentity {
  readonly type: 'rotateIdentity';
  readonly at: number;
  readonly person: string;
  readonly identityKey: Uint8Array;
  /** By the new key, over `identityProofInput`: nobody can take over a key that isn't theirs. */
  readonly proof: Uint8Array;
}

/** What the new key signs, to show that its holder agrees. */
export const identityProofInput = (person: string, identityKey: Uint8Array): Uint8Array =>
  concatBytes(utf8(PROOF_DOMAIN), utf8(person), identityKey);

export function readRotateIdentity(fields: Fields, at: number): RotateIdentity {
  return {
    type: 'rotateIdentity',
    at,
    person: fields.uuid('person'),
    identityKey: fields.bytes('identityKey', KEY_LENGTH),
    proof: fields.bytes('proof', SIGNATURE_LENGTH),
  };
}

export function applyRotateIdentity(body: RotateIdentity, act: Act, state: State): void {
  const { at, person, identityKey, proof } = body;
  const known = state.persons.get(person);
  if (!known) throw new StatementError('PERSON_UNKNOWN', 'the person is not enrolled', 'person');
  if (known.revoked) throw new StatementError('PERSON_REVOKED', 'the person is revoked', 'person');
  const isOwn = act.signer.kind === 'person' && act.signer.id === person && !act.cosigner;
  if (!isOwn) requireOfficers(body, act, state);
  if (state.isTaken(identityKey)) throw new StatementError('KEY_TAKEN', 'the key is or was in use', 'identityKey');
  if (!verifySignature(identityKey, identityProofInput(person, identityKey), proof)) {
    throw new StatementError('FIELD_INVALID', 'is not by the new key', 'proof');
  }
  state.takeKey(identityKey, `person:${person}`);
  const formerKeys = [...(known.formerKeys ?? []), known.identityKey];
  const vouchers = isOwn && !mayBeInWrongHands(known, state) ? (known.renewed?.vouchers ?? 0) + 1 : 0;
  const revoked = { at, reason: 'COMPROMISED', seq: act.seq } as const;
  if (!isOwn) revokeDevices(known, revoked, state);
  const renewed = { at, seq: act.seq, byOfficers: !isOwn, vouchers };
  state.persons.set(person, { ...known, identityKey, formerKeys, renewed });
}

/** Whoever has a device that was lost may have the identity key that was on it, and sign with it what the person did not. */
function mayBeInWrongHands({ devices, renewed }: PersonRecord, state: State): boolean {
  const since = renewed?.seq ?? 0;
  return devices.some((id) => {
    const revoked = state.devices.get(id)?.revoked;
    return revoked !== undefined && revoked.seq > since && WRONG_HANDS.has(revoked.reason);
  });
}

/** Officers decide about others, never about themselves. */
function requireOfficers({ at, person }: RotateIdentity, act: Act, state: State): void {
  requireTwo('enrol', at, act, state);
  for (const signer of [act.signer, act.cosigner]) {
    if (signer && actingPerson(signer, state) === person) {
      throw new StatementError('SIGNER_WRONG', 'nobody decides about the own identity key as an officer');
    }
  }
}
