import { encodeReceipt, PutReceiptsDocument, ReceiptsDocument } from '#contracts';
import type { ReceiptKind } from '#contracts';
import { fromBase64, sign, toBase64, verifySignature } from '#primitives';

import type { Core } from '../core.js';
import { hasCode } from '../errors.js';
import { numberOf, textOf } from '../ports/store.js';
import type { Row } from '../ports/store.js';
import type { ReceiptView } from '../types.js';
import { nameOfPerson } from './people.js';
import { loadConversation, saveConversation } from './record.js';

const MAX_BATCH = 100;

/** Notes that a person has seen everything up to a place; at most what this device has processed. */
export async function markRead({ store }: Core, groupId: string, upTo: number | undefined): Promise<void> {
  await store.transaction(async (sql) => {
    const record = await loadConversation(sql, groupId);
    const place = Math.min(upTo ?? record.cursor, record.cursor);
    if (place <= record.readUpTo) return;
    record.readUpTo = place;
    await saveConversation(sql, record);
    const upsert = `INSERT INTO receipt VALUES (?, 'READ', ?, 0) ON CONFLICT DO UPDATE SET up_to = excluded.up_to`;
    await sql.run(upsert, [groupId, place]);
  });
}

/** Signs and sends the receipts that are due: however many messages came, one for each conversation and kind. */
export async function sendReceipts(core: Core): Promise<void> {
  const due = `SELECT receipt.* FROM receipt JOIN conversation ON conversation.id = receipt.group_id
    WHERE up_to > sent AND state IN ('active', 'leaving') LIMIT ?`;
  for (;;) {
    const rows = await core.store.read((sql) => sql.all(due, [MAX_BATCH]));
    if (rows.length === 0) return;
    const receipts = rows.map((row) => signReceipt(core, row));
    await put(core, receipts);
    await core.store.transaction(async (sql) => {
      for (const { groupId, kind, upTo } of receipts) {
        await sql.run('UPDATE receipt SET sent = max(sent, ?) WHERE group_id = ? AND kind = ?', [upTo, groupId, kind]);
      }
    });
  }
}

/**
 * One receipt that the server refuses holds none of the others up. It is for places that the server gave out and does not
 * know, which is told; or for a conversation that this device was removed from, which it hears of in its own place.
 */
async function put(core: Core, receipts: readonly SignedReceipt[]): Promise<void> {
  try {
    await core.session.execute(PutReceiptsDocument, { receipts: [...receipts] });
  } catch (error) {
    if (!hasCode(error, 'RECEIPT_INVALID', 'NOT_A_MEMBER')) throw error;
    const [only, ...rest] = receipts;
    if (rest.length > 0) for (const receipt of receipts) await put(core, [receipt]);
    else if (only && error.code === 'RECEIPT_INVALID') {
      const message = 'The server does not know messages of this conversation that it has given out.';
      core.emit({ type: 'problem', conversationId: only.groupId, problem: { code: error.code, message } });
    }
  }
}

/** What the other members' devices have signed; receipts that do not verify are left out. */
export async function fetchReceipts({ session, directory, profile }: Core, groupId: string): Promise<ReceiptView[]> {
  const { receipts } = await session.execute(ReceiptsDocument, { groupId });
  return receipts.flatMap(({ deviceId, kind, upTo, signature, at }) => {
    const device = directory.current.device(deviceId);
    if (!device || deviceId === profile.deviceId) return [];
    const signed = encodeReceipt({ groupId, deviceId, kind, upTo });
    if (!verifySignature(device.signatureKey, signed, fromBase64(signature))) return [];
    const personName = nameOfPerson(device.person, directory.current);
    return [{ personId: device.person, personName, deviceId, kind, upTo, at }];
  });
}

function signReceipt({ profile: { deviceId }, deviceKey }: Core, row: Row): SignedReceipt {
  const receipt = {
    groupId: textOf(row, 'group_id'),
    kind: textOf(row, 'kind') as ReceiptKind,
    upTo: numberOf(row, 'up_to'),
  };
  return { ...receipt, signature: toBase64(sign(deviceKey.privateKey, encodeReceipt({ ...receipt, deviceId }))) };
}

interface SignedReceipt {
  readonly groupId: string;
  readonly kind: ReceiptKind;
  readonly upTo: number;
  readonly signature: string;
}
