import { StatementError } from '../error.js';
import { KEY_LENGTH } from '../fields.js';
import type { Fields } from '../fields.js';
import type { State } from '../state.js';
import type { Act } from './act.js';

/** Device D of person P has this signature key and name. Signed by P's identity key and nobody else's. */
export interface AddDevice {
  readonly type: 'addDevice';
  readonly at: number;
  readonly person: string;
  readonly device: string;
  readonly name: string;
  readonly signatureKey: Uint8Array;
}

export function readAddDevice(fields: Fields, at: number): AddDevice {
  return {
    type: 'addDevice',
    at,
    person: fields.uuid('person'),
    device: fields.uuid('device'),
    name: fields.name('name'),
    signatureKey: fields.bytes('signatureKey', KEY_LENGTH),
  };
}

export function applyAddDevice(body: AddDevice, { signer, seq }: Act, state: State): void {
  const { at, person, device, name, signatureKey } = body;
  if (signer.kind !== 'person' || signer.id !== person) {
    throw new StatementError('SIGNER_WRONG', "a device is added by its person's identity key only");
  }
  const owner = state.persons.get(person);
  if (!owner) throw new StatementError('PERSON_UNKNOWN', 'the person is not enrolled', 'person');
  if (owner.revoked) throw new StatementError('PERSON_REVOKED', 'the person is revoked', 'person');
  if (state.devices.get(device)) throw new StatementError('ID_TAKEN', 'the device is known already', 'device');
  state.requireFreeKey(signatureKey, `device:${device}`);
  state.takeKey(signatureKey, `device:${device}`);
  state.devices.set(device, { id: device, person, name, signatureKey, at, seq });
  state.persons.set(person, { ...owner, devices: [...owner.devices, device] });
}
