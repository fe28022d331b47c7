import { FinishRecoveryDocument, MinistryDocument, RecoveryDocument, RequestRecoveryDocument } from '#contracts';
import type { RecoveryProgressPartsFragment } from '#contracts';
import { fromBase64, generateSigningKeyPair, randomBytes, sha256, toBase64, toBase64Url, toHex } from '#primitives';
import type { SigningKeyPair } from '#primitives';
import { isStatementName } from '#transparency';

import { ChanceryError, hasCode } from '../errors.js';
import { installHistoryKey } from '../history/key.js';
import { newUuid } from '../identifiers.js';
import type { Store } from '../ports/store.js';
import type { Transport } from '../ports/transport.js';
import { loadSecret, loadSetting, RECOVERY, removeSetting, saveProfile, saveSecret, saveSetting } from '../profile.js';
import type { Profile } from '../profile.js';
import { migrate } from '../schema.js';
import { signStatement } from '../statements.js';
import { openBundle } from './bundle.js';
import type { RecoveryBundle } from './bundle.js';
import { formatRecoveryCode, locatorOf, parseRecoveryCode, recoveryNumber } from './code.js';
import { encodeSealer, saveSealer } from './sealer.js';

/** A recovery under way, in the vault that will be the person's: the officer's decision may take days. */
interface Pending {
  readonly server: string;
  readonly code: string;
  /** base64: by which this device asks on. */
  readonly token: string;
  readonly deviceId: string;
  readonly deviceName: string;
}

/** Makes the keys of the new device and writes what is under way into a new vault. @throws ChanceryError RECOVERY_INVALID, BAD_INPUT */
export function prepareComeback(
  server: string,
  typed: string,
  deviceName: string,
  now: Date,
): (store: Store) => Promise<void> {
  const code = formatRecoveryCode(parseRecoveryCode(typed));
  if (!isStatementName(deviceName)) {
    throw new ChanceryError('BAD_INPUT', 'A device has a name of 1 to 200 printable characters.', { field: 'device' });
  }
  const pending: Pending = { server, code, token: toBase64(randomBytes(32)), deviceId: newUuid(now), deviceName };
  const device = generateSigningKeyPair();
  return async (store) => {
    await migrate(store);
    await store.transaction(async (sql) => {
      await saveSetting(sql, RECOVERY, pending);
      await saveSecret(sql, 'deviceKey', device);
    });
  };
}

/** A recovery as the device sees it that comes in by it. */
export class Comeback {
  private constructor(
    private readonly store: Store,
    private readonly pending: Pending,
    /** Six digits for the officer. */
    readonly number: string,
  ) {}

  /** @throws ChanceryError RECOVERY_INVALID for a vault in which none is under way */
  static async load(store: Store): Promise<Comeback> {
    const pending = (await store.read((sql) => loadSetting(sql, RECOVERY))) as Pending | undefined;
    if (!pending) throw new ChanceryError('RECOVERY_INVALID', 'No recovery is under way in this vault.');
    const { publicKey } = await loadSecret(store, 'deviceKey');
    return new Comeback(store, pending, recoveryNumber(publicKey));
  }

  get server(): string {
    return this.pending.server;
  }

  /** Asks, once; again after a lost answer. @throws ChanceryError RECOVERY_INVALID when no code like this is in force */
  async request(transport: Transport): Promise<void> {
    const { code, token, deviceId, deviceName } = this.pending;
    const { publicKey } = await loadSecret(this.store, 'deviceKey');
    const locator = toBase64(locatorOf(parseRecoveryCode(code)));
    const input = { locator, token, deviceId, deviceName, signatureKey: toBase64(publicKey) };
    await transport.execute(RequestRecoveryDocument, { input });
  }

  /**
   * Looks for the officer's decision; after the approval opens what the server kept, enters this device into the directory and makes the vault
   * the person's. False while nobody has decided. Nothing is written before the bundle authenticates under the code.
   * @throws ChanceryError RECOVERY_INVALID when it was refused, its time is over, or the bundle is not the one
   */
  async advance(transport: Transport, now: Date): Promise<boolean> {
    const { recovery } = await transport.execute(RecoveryDocument, { token: this.pending.token });
    if (recovery.state === 'WAITING') return false;
    const opened = openBundle(bundleOf(recovery), parseRecoveryCode(this.pending.code));
    const profile = await this.profileFor(opened.bundle, transport);
    const identityKey = await this.comeIn(opened.bundle, transport, now);
    await this.install(opened, identityKey, profile, now);
    return true;
  }

  /** Of two identity keys one is in force; which, the directory says by taking what it has signed. The newer one is tried first. */
  private async comeIn(bundle: RecoveryBundle, transport: Transport, now: Date): Promise<SigningKeyPair> {
    const { token } = this.pending;
    const [newest, older] = bundle.identityKeys.toReversed();
    if (!newest) throw new ChanceryError('RECOVERY_INVALID', 'The bundle holds no identity key.');
    try {
      const addDevice = toBase64(await this.addDevice(bundle, newest, now));
      await transport.execute(FinishRecoveryDocument, { token, addDevice });
      return newest;
    } catch (error) {
      if (!older || !hasCode(error, 'STATEMENT_INVALID')) throw error;
      const addDevice = toBase64(await this.addDevice(bundle, older, now));
      await transport.execute(FinishRecoveryDocument, { token, addDevice });
      return older;
    }
  }

  private async profileFor(
    { personId, ministryName, rootFingerprint }: RecoveryBundle,
    transport: Transport,
  ): Promise<Profile> {
    const { ministry } = await transport.execute(MinistryDocument, {});
    const fingerprint = toBase64Url(rootFingerprint);
    if (ministry?.rootFingerprint !== fingerprint) {
      throw new ChanceryError('ROOT_MISMATCH', 'The server does not serve the ministry of this recovery code.');
    }
    const { server, deviceId, deviceName } = this.pending;
    const names = { ministryName, personName: '', postId: '', deviceName }; // the directory says who that is
    const { policy } = ministry;
    return { server, policy, rootFingerprint: fingerprint, personId, deviceId, state: 'waiting', ...names };
  }

  /** The same bytes on every attempt, so that a lost answer adds no second device. */
  private async addDevice(
    { personId: person }: RecoveryBundle,
    identityKey: SigningKeyPair,
    now: Date,
  ): Promise<Uint8Array> {
    const setting = ADD_DEVICE + toHex(identityKey.publicKey);
    const made = await this.store.read((sql) => loadSetting(sql, setting));
    if (typeof made === 'string') return fromBase64(made);
    const { deviceId: device, deviceName: name } = this.pending;
    const { publicKey: signatureKey } = await loadSecret(this.store, 'deviceKey');
    const body = { type: 'addDevice', at: now.getTime(), person, device, name, signatureKey } as const;
    const statement = signStatement(body, { kind: 'person', id: person }, identityKey);
    await this.store.transaction((sql) => saveSetting(sql, setting, toBase64(statement)));
    return statement;
  }

  /** The code stays good: this device answers for it from now on. */
  private async install(
    { bundle, sealer }: ReturnType<typeof openBundle>,
    identityKey: SigningKeyPair,
    profile: Profile,
    now: Date,
  ): Promise<void> {
    const locatorHash = sha256(locatorOf(parseRecoveryCode(this.pending.code)));
    const deviceKey = await loadSecret(this.store, 'deviceKey');
    const codeSealer = { ...sealer, locatorHash, madeBy: profile.deviceId, at: now.getTime() };
    await this.store.transaction(async (sql) => {
      await saveProfile(sql, profile);
      await saveSecret(sql, 'identityKey', identityKey);
      await installHistoryKey(sql, bundle.historyKey);
      await saveSealer(sql, encodeSealer(codeSealer, deviceKey));
      await removeSetting(sql, RECOVERY);
      for (const { publicKey } of bundle.identityKeys) await removeSetting(sql, ADD_DEVICE + toHex(publicKey));
    });
  }
}

const ADD_DEVICE = 'recovery:addDevice:';

function bundleOf({ state, bundle }: RecoveryProgressPartsFragment): Uint8Array {
  if (state !== 'REFUSED' && typeof bundle === 'string') return fromBase64(bundle);
  throw new ChanceryError('RECOVERY_INVALID', 'The recovery was refused, or a newer code or request took its place.');
}
