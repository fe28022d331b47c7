import { equalBytes } from '#primitives/verify';

import { StatementError } from '../error.js';
import { KEY_LENGTH } from '../fields.js';
import type { Fields } from '../fields.js';
import type { State } from '../state.js';
import { requirePower } from './act.js';
import type { Act } from './act.js';

/** Person P has this identity key, name and post. Signed by an officer with the power enrol. */
export interface Enrol {
  readonly type: 'enrol';
  readonly at: number;
  readonly person: string;
  readonly name: string;
  readonly post: string;
  readonly identityKey: Uint8Array;
}

export function readEnrol(fields: Fields, at: number): Enrol {
  return {
    type: 'enrol',
    at,
    person: fields.uuid('person'),
    name: fields.name('name'),
    post: fields.uuid('post'),
    identityKey: fields.bytes('identityKey', KEY_LENGTH),
  };
}

export function applyEnrol({ at, person, name, post, identityKey }: Enrol, { signer, seq }: Act, state: State): void {
  requirePower('enrol', at, signer, state);
  if (state.persons.get(person)) throw new StatementError('ID_TAKEN', 'the person is enrolled already', 'person');
  const appointed = state.identityKeyOf(person);
  if (appointed && !equalBytes(appointed, identityKey)) {
    throw new StatementError('FIELD_INVALID', 'is not the identity key of the appointment', 'identityKey');
  }
  state.requireFreeKey(identityKey, `person:${person}`);
  state.takeKey(identityKey, `person:${person}`);
  state.persons.set(person, { id: person, name, post, identityKey, devices: [], at, seq });
}
