import { PublishStatementsDocument } from '#contracts';
import { toBase64 } from '#primitives';
import { decodeStatement } from '#transparency';
import type { RevocationReason } from '#transparency';

import type { Core } from '../core.js';
import { hasCode } from '../errors.js';
import { bytesOf } from '../ports/store.js';
import { signStatement } from '../statements.js';

/**
 * Signs and publishes the revocation of a device. An earlier attempt whose answer was lost may have done it: what the log holds by this very
 * device for this very reason is not refused a second time.
 * @throws ChanceryError STATEMENT_INVALID for a device that is unknown, or that was revoked by somebody else or for another reason
 */
export async function revokeDevice(core: Core, device: string, reason: RevocationReason): Promise<void> {
  const { profile, deviceKey, directory, session, timer } = core;
  const signer = { kind: 'device', id: profile.deviceId } as const;
  const body = { type: 'revokeDevice', at: timer.now().getTime(), device, reason } as const;
  const statement = signStatement(body, signer, deviceKey);
  try {
    await session.execute(PublishStatementsDocument, { statements: [toBase64(statement)] });
  } catch (error) {
    if (!hasCode(error, 'STATEMENT_INVALID')) throw error;
    await directory.catchUp(session);
    if (!(await isDone(core, device, reason))) throw error;
  }
}

async function isDone({ directory, profile, store }: Core, device: string, reason: RevocationReason): Promise<boolean> {
  const revoked = directory.current.device(device)?.revoked;
  if (revoked?.reason !== reason) return false;
  const row = await store.read((sql) => sql.get('SELECT payload FROM statement WHERE seq = ?', [revoked.seq]));
  const signer = row && decodeStatement(bytesOf(row, 'payload')).signer;
  return signer?.kind === 'device' && signer.id === profile.deviceId;
}
