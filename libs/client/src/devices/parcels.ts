import { encode } from 'cborg';

import { encodeParcelKey, KeyParcelsDocument, PutParcelKeyDocument, SendKeyParcelDocument } from '#contracts';
import type { KeyParcelsQuery } from '#contracts';
import { equalBytes, generateKemKeyPair, kemKeyPair, sha256, sign, toBase64, verifySignature } from '#primitives';
import type { KemKeyPair } from '#primitives';
import type { DeviceRecord } from '#transparency';

import { bytesOrNothing } from '../base64.js';
import type { Core } from '../core.js';
import { hasCode } from '../errors.js';
import { exportHistoryKeys, mergeHistoryKeys } from '../history/key.js';
import { bytesOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import { findSealer, takeSealer } from '../recovery/sealer.js';
import { keepCandidates, keyInForce, nextKey } from '../rotation/identityKeys.js';
import { openParcel, sealParcel } from './parcel.js';
import type { ParcelContent } from './parcel.js';

/** How often the server is asked what other devices have handed over when nothing says that there is anything, in milliseconds. */
const LOOK_MS = 60_000;
const SECRET = 'parcelKey';

type ParcelKeys = KeyParcelsQuery['parcelKeys'];
type Received = KeyParcelsQuery['keyParcels'];

/**
 * Keys that the devices of a person hand to each other after they are paired: a new identity key, later history keys, what renews the
 * recovery bundle. Each device gets everything that another holds, sealed to a key that it has signed; the server carries it.
 */
export class Parcels {
  private lookedAt = 0;
  private lookedWith = '';

  constructor(private readonly core: Core) {}

  /** Takes what waits and hands over what is new, where it is time to look. */
  async exchangeIfDue(): Promise<void> {
    if (this.others().length === 0) return;
    const isTime = this.core.timer.now().getTime() - this.lookedAt >= LOOK_MS;
    if (isTime || (await this.circumstances()) !== this.lookedWith) await this.exchange();
  }

  /**
   * Takes what waits and hands over what is new. Who has no other device asks nothing. While the log raises an alarm nothing is handed over:
   * what it hides may be that the receiver is revoked.
   * @throws ChanceryError SERVER_UNREACHABLE …
   */
  async exchange(): Promise<void> {
    const others = this.others();
    if (others.length === 0 || this.core.directory.alarms.current) return;
    const { parcelKeys, keyParcels } = await this.core.session.execute(KeyParcelsDocument, {});
    const pair = await this.ownPair(parcelKeys);
    for (const one of keyParcels) await this.take(one, others, pair);
    for (const device of others) await this.hand(device, parcelKeys);
    this.lookedAt = this.core.timer.now().getTime();
    this.lookedWith = await this.circumstances();
  }

  /** This person's other devices in use. */
  private others(): DeviceRecord[] {
    const { directory, profile } = this.core;
    const devices = directory.current.devicesOf(profile.personId);
    return devices.filter(({ id, revoked }) => !revoked && id !== profile.deviceId);
  }

  /** Changes when a statement is about this person's keys or devices, and when this device has something new for the others. */
  private async circumstances(): Promise<string> {
    const { store, directory, profile } = this.core;
    const devices = directory.current.devicesOf(profile.personId).map(({ revoked }) => revoked?.seq ?? 0);
    const content = await store.transaction((sql) => this.content(sql));
    const renewed = directory.current.person(profile.personId)?.renewed?.seq ?? 0;
    return [toBase64(sha256(encode(digested(content)))), renewed, ...devices].join(' ');
  }

  /** The pair to which others seal, made once; the server gets the public half if it does not have it. */
  private async ownPair(known: ParcelKeys): Promise<KemKeyPair> {
    const { store, session, profile, deviceKey } = this.core;
    const { personId, deviceId } = profile;
    const pair = await store.transaction(ensurePair);
    const own = known.find((key) => key.deviceId === deviceId);
    if (own?.kemKey === toBase64(pair.publicKey)) return pair;
    const { publicKey: kemKey } = pair;
    const signature = sign(deviceKey.privateKey, encodeParcelKey({ personId, deviceId, kemKey }));
    await session.execute(PutParcelKeyDocument, { kemKey: toBase64(kemKey), signature: toBase64(signature) });
    return pair;
  }

  /** What does not verify changes nothing. */
  private async take(
    { fromDevice, payload: text, signature }: Received[number],
    others: readonly DeviceRecord[],
    pair: KemKeyPair,
  ): Promise<void> {
    const sender = others.find(({ id }) => id === fromDevice);
    const payload = bytesOrNothing(text);
    const hash = sha256(payload);
    const { store, profile } = this.core;
    if (!sender || (await store.read((sql) => isTaken(sql, fromDevice, hash)))) return;
    const route = { personId: profile.personId, fromDevice, toDevice: profile.deviceId };
    const content = openParcel({ payload, signature: bytesOrNothing(signature) }, route, pair, sender.signatureKey);
    if (!content) return;
    await store.transaction(async (sql) => {
      if (!(await this.install(sql, content))) return; // the directory says more at the next look
      await sql.run('INSERT OR REPLACE INTO parcel_taken VALUES (?, ?)', [fromDevice, hash]);
    });
  }

  /** True if all of it counts. */
  private async install(sql: Sql, { identityKeys, historyKeys, recovery }: ParcelContent): Promise<boolean> {
    const { directory, profile, timer } = this.core;
    await keepCandidates(sql, identityKeys);
    const circumstances = { directory: directory.current, personId: profile.personId, now: timer.now() };
    if (recovery) await takeSealer(sql, recovery, circumstances);
    try {
      return await mergeHistoryKeys(sql, historyKeys, directory.current.head);
    } catch (error) {
      if (hasCode(error, 'BAD_INPUT')) return true; // of a newer version, perhaps: the rest counts
      throw error;
    }
  }

  /** Once for each content and each key of the receiver. */
  private async hand({ id: toDevice, signatureKey }: DeviceRecord, keys: ParcelKeys): Promise<void> {
    const { store, session, profile, deviceKey } = this.core;
    const { personId, deviceId: fromDevice } = profile;
    const kemKey = signedKey(personId, toDevice, signatureKey, keys);
    if (!kemKey) return;
    const content = await store.transaction((sql) => this.content(sql));
    const hash = sha256(encode([...digested(content), kemKey]));
    if (await store.read((sql) => isSent(sql, toDevice, hash))) return;
    const { payload, signature } = sealParcel(content, { personId, fromDevice, toDevice }, kemKey, deviceKey);
    const input = { toDevice, payload: toBase64(payload), signature: toBase64(signature) };
    await session.execute(SendKeyParcelDocument, { input });
    await store.transaction((sql) => sql.run('INSERT OR REPLACE INTO parcel_sent VALUES (?, ?)', [toDevice, hash]));
  }

  private async content(sql: Sql): Promise<ParcelContent> {
    const { directory, profile } = this.core;
    const [held, next] = [await keyInForce(sql, this.core), await nextKey(sql)];
    const identityKeys = [held, held && next].flatMap((key) => (key ? [key.privateKey] : []));
    const recovery = await findSealer(sql, directory.current, profile.personId);
    return { identityKeys, historyKeys: await exportHistoryKeys(sql), recovery };
  }
}

/** What is new to the receiver: of the identity keys the last, for it stays the last when it comes into force. */
function digested({ identityKeys, historyKeys, recovery }: ParcelContent): unknown[] {
  return [identityKeys.at(-1) ?? null, historyKeys, recovery ?? null];
}

async function ensurePair(sql: Sql): Promise<KemKeyPair> {
  const row = await sql.get('SELECT value FROM secret WHERE name = ?', [SECRET]);
  if (row) return kemKeyPair('xwing', bytesOf(row, 'value'));
  const pair = generateKemKeyPair('xwing');
  await sql.run('INSERT INTO secret VALUES (?, ?)', [SECRET, pair.privateKey]);
  return pair;
}

/** The key of a device, if the device has signed it. */
function signedKey(
  personId: string,
  deviceId: string,
  signatureKey: Uint8Array,
  keys: ParcelKeys,
): Uint8Array | undefined {
  const found = keys.find((key) => key.deviceId === deviceId);
  if (!found) return undefined;
  const kemKey = bytesOrNothing(found.kemKey);
  const isSigned = verifySignature(
    signatureKey,
    encodeParcelKey({ personId, deviceId, kemKey }),
    bytesOrNothing(found.signature),
  );
  return isSigned ? kemKey : undefined;
}

async function isTaken(sql: Sql, deviceId: string, hash: Uint8Array): Promise<boolean> {
  const row = await sql.get('SELECT hash FROM parcel_taken WHERE device_id = ?', [deviceId]);
  return row !== undefined && equalBytes(bytesOf(row, 'hash'), hash);
}

async function isSent(sql: Sql, deviceId: string, hash: Uint8Array): Promise<boolean> {
  const row = await sql.get('SELECT hash FROM parcel_sent WHERE device_id = ?', [deviceId]);
  return row !== undefined && equalBytes(bytesOf(row, 'hash'), hash);
}
