import { StatementError } from '../error.js';
import type { Fields } from '../fields.js';
import { REVOCATION_REASONS } from '../state.js';
import type { RevocationReason, State } from '../state.js';
import { actingPerson, requirePower } from './act.js';
import type { Act } from './act.js';

/** Device D is no longer trusted, from this place of the log on and for good. Signed by its person, or an officer with the power revoke. */
export interface RevokeDevice {
  readonly type: 'revokeDevice';
  readonly at: number;
  readonly device: string;
  readonly reason: RevocationReason;
}

export function readRevokeDevice(fields: Fields, at: number): RevokeDevice {
  return {
    type: 'revokeDevice',
    at,
    device: fields.uuid('device'),
    reason: fields.oneOf('reason', REVOCATION_REASONS),
  };
}

export function applyRevokeDevice({ at, device, reason }: RevokeDevice, { signer, seq }: Act, state: State): void {
  const known = state.devices.get(device);
  if (!known) throw new StatementError('DEVICE_UNKNOWN', 'the device is not known', 'device');
  if (actingPerson(signer, state) !== known.person) requirePower('revoke', at, signer, state);
  if (known.revoked) throw new StatementError('DEVICE_REVOKED', 'the device is revoked already', 'device');
  state.devices.set(device, { ...known, revoked: { at, reason, seq } });
}
