import { decodeAct, readChallenge } from '#contracts';
import type { AuditSeen } from '#contracts';
import { verifySignature } from '#primitives';
import type { AuditEntry, Directory } from '#transparency';

/** A device may sign an act that the server takes so much earlier or later, by their clocks. */
const MAX_APART_MS = 10 * 60_000 + 5_000;

/** What the device of an entry has signed. */
export interface SignedEntry {
  /** The entry that the device had seen before, where it says so. */
  readonly seen: AuditSeen | undefined;
}

/** Whether an entry of this kind is believed by the signature of its device only. */
export const needsSignature = ({ kind, outcome }: AuditEntry): boolean =>
  outcome === 'DONE' && (kind === 'act' || kind === 'login');

/** What the device of the entry has signed: this operation, as this device, at about this time; undefined where it has not. */
export function signedEntry(entry: AuditEntry, directory: Directory): SignedEntry | undefined {
  const { device: deviceId, signed } = entry;
  const device = deviceId === undefined ? undefined : directory.device(deviceId);
  if (!signed || !device || device.person !== entry.person) return undefined;
  return verifySignature(device.signatureKey, signed.input, signed.signature) ? read(entry, signed.input) : undefined;
}

function read({ kind, operation, device, at }: AuditEntry, input: Uint8Array): SignedEntry | undefined {
  if (kind === 'login') {
    const challenge = readChallenge(input);
    return challenge?.deviceId === device ? { seen: challenge?.seen } : undefined;
  }
  const act = decodeAct(input);
  const saysSo = act?.deviceId === device && act?.operation === operation && Math.abs(act.at - at) <= MAX_APART_MS;
  return saysSo ? { seen: act.seen } : undefined;
}
