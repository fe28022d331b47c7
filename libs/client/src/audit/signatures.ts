import { challengedDevice, decodeAct } from '#contracts';
import { verifySignature } from '#primitives';
import type { AuditEntry, Directory } from '#transparency';

/** A device may sign an act that the server takes so much earlier or later, by their clocks. */
const MAX_APART_MS = 10 * 60_000 + 5_000;

/** Whether an entry of this kind is believed by the signature of its device only. */
export const needsSignature = ({ kind, outcome }: AuditEntry): boolean =>
  outcome === 'DONE' && (kind === 'act' || kind === 'login');

/** Whether the device of the entry has signed it: this operation, as this device, at about this time. */
export function isSigned(entry: AuditEntry, directory: Directory): boolean {
  const { device: deviceId, signed } = entry;
  const device = deviceId === undefined ? undefined : directory.device(deviceId);
  if (!signed || !device || device.person !== entry.person) return false;
  return verifySignature(device.signatureKey, signed.input, signed.signature) && saysSo(entry, signed.input);
}

function saysSo({ kind, operation, device, at }: AuditEntry, input: Uint8Array): boolean {
  if (kind === 'login') return challengedDevice(input) === device;
  const act = decodeAct(input);
  return act?.deviceId === device && act?.operation === operation && Math.abs(act.at - at) <= MAX_APART_MS;
}
