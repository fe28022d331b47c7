import { StatementError } from '../error.js';
import type { Signer } from '../signer.js';
import type { Power, State } from '../state.js';

/** A statement on its way into the state: its signatures have been verified under the keys of the signers. */
export interface Act {
  readonly signer: Signer;
  /** The second of two people who act together. */
  readonly cosigner?: Signer;
  readonly seq: number;
  /** SHA-256 of the encoded statement. */
  readonly id: Uint8Array;
}

/** The person who acts; undefined for the root. A device acts for its person. */
export function actingPerson(signer: Signer, state: State): string | undefined {
  if (signer.kind === 'root') return undefined;
  return signer.kind === 'person' ? signer.id : state.devices.get(signer.id)?.person;
}

/** @throws StatementError `SIGNER_WRONG` for the root, `POWER_MISSING` unless the acting person holds the power at that time */
export function requirePower(power: Power, at: number, signer: Signer, state: State): void {
  const person = actingPerson(signer, state);
  if (person === undefined) throw new StatementError('SIGNER_WRONG', 'the root key does not sign this');
  if (!holdsPower(person, power, at, state)) {
    throw new StatementError('POWER_MISSING', `the signer does not hold the power ${power} at that time`);
  }
}

/**
 * Two people act together. @throws StatementError `SIGNER_WRONG` unless two different people sign, `POWER_MISSING` unless each
 * of them holds the power
 */
export function requireTwo(power: Power, at: number, { signer, cosigner }: Act, state: State): void {
  if (!cosigner) throw new StatementError('SIGNER_WRONG', 'two people have to sign this');
  requirePower(power, at, signer, state);
  requirePower(power, at, cosigner, state);
  if (actingPerson(signer, state) === actingPerson(cosigner, state)) {
    throw new StatementError('SIGNER_WRONG', 'two different people have to sign this');
  }
}

function holdsPower(person: string, power: Power, at: number, state: State): boolean {
  return state.appointmentAt(person, at)?.powers.includes(power) ?? false;
}

/** @throws StatementError `REPLAYED` unless the statement is newer than the one that it would replace */
export function requireNewer(at: number, before: { readonly at: number } | undefined): void {
  if (before && at <= before.at) throw new StatementError('REPLAYED', 'is not newer than the statement in force', 'at');
}
