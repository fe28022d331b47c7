import type { Sql, SqlValue, Store } from '#client';

/** Hears of an epoch that a vault holds: group, number, sender data secret in hexadecimal. */
type TellEpoch = (groupId: string, epoch: string, secret: string) => void;

const SECRET_BYTES = 32;
/** What stands behind the secret in the stored epoch: the number of leaves. */
const BEHIND_BYTES = 4;

/**
 * Tells of the secret of every epoch that a vault holds or comes to hold, when it is stored: this is how the oracle, which belongs to no
 * conversation, comes to read who encrypted what.
 */
export async function spyOn(store: Store, tell: TellEpoch): Promise<Store> {
  const stored = "SELECT group_id, key, value FROM group_record WHERE key LIKE 'epoch/%'";
  for (const { group_id, key, value } of await store.read((sql) => sql.all(stored)))
    report(tell, [group_id, key, value]);
  return {
    read: (work) => store.read(work),
    close: () => store.close(),
    transaction: async (work) => {
      const seen: (readonly SqlValue[])[] = [];
      const result = await store.transaction((sql) => work(overhear(sql, seen)));
      for (const parameters of seen) report(tell, parameters);
      return result;
    },
  };
}

function overhear(sql: Sql, seen: (readonly SqlValue[])[]): Sql {
  return {
    ...sql,
    run: (text, parameters = []) => {
      const isRecord = text.startsWith('INSERT OR REPLACE INTO group_record');
      if (isRecord && String(parameters[1]).startsWith('epoch/')) seen.push(parameters);
      return sql.run(text, parameters);
    },
  };
}

function report(tell: TellEpoch, [groupId, key, value]: readonly (SqlValue | undefined)[]): void {
  if (typeof groupId !== 'string' || typeof key !== 'string' || !(value instanceof Uint8Array)) return;
  const secret = value.subarray(value.length - BEHIND_BYTES - SECRET_BYTES, value.length - BEHIND_BYTES);
  tell(groupId, key.replace('epoch/', ''), Buffer.from(secret).toString('hex'));
}
