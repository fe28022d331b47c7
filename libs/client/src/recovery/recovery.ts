import {
  ApproveRecoveryDocument,
  encodeRecoveryApproval,
  PutRecoveryBundleDocument,
  RecoveryMadeAtDocument,
  RecoveryRequestsDocument,
  RefuseRecoveryDocument,
  RenewRecoveryBundleDocument,
} from '#contracts';
import type { RecoveryRequestPartsFragment, RecoveryRequestsQuery } from '#contracts';
import { concatBytes, fromBase64, fromBase64Url, sha256, sign, toBase64, toHex } from '#primitives';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { exportHistoryKey, exportHistoryKeys } from '../history/key.js';
import { requireIdentityKey } from '../devices/identityKey.js';
import type { Sql } from '../ports/store.js';
import { loadSetting, saveSetting } from '../profile.js';
import { keyInForce, nextKey } from '../rotation/identityKeys.js';
import { costOf } from '../vaultKey.js';
import type { CostOptions } from '../vaultKey.js';
import { newSealer, sealBundle } from './bundle.js';
import type { RecoveryContent } from './bundle.js';
import { formatRecoveryCode, locatorOf, newRecoverySecret, recoveryNumber } from './code.js';
import { encodeSealer, findSealer, readSealer, saveSealer } from './sealer.js';

export type RecoveryCodeOptions = CostOptions;

/** Somebody who has no device any more, and waits for an officer. */
export interface RecoveryRequestView {
  readonly id: string;
  readonly personId: string;
  /** As the verified directory has it. */
  readonly personName: string;
  readonly deviceName: string;
  /** Six digits that the person's screen shows too: to be compared by voice before the approval. */
  readonly number: string;
  readonly requestedAt: string;
  readonly expiresAt: string;
}

const PAGE = 100;
/** Key of the setting that says what the bundle on the server holds. */
const SEALED = 'recovery:sealed';

/** The way back when no device is left: one's own code, and an officer's yes to others. */
export class Recovery {
  /** What could not be put under the code in force, in this run of the program. */
  private failed: string | undefined;

  constructor(private readonly core: Core) {}

  /**
   * Makes a new recovery code; the one before is void from then on. It is shown once and stored nowhere: the server keeps what it opens, and gives
   * that out only after an officer's approval. Blocks for the time of Argon2id.
   */
  async renew(options: RecoveryCodeOptions = {}): Promise<string> {
    const { store, profile, session, deviceKey, timer } = this.core;
    await requireIdentityKey(this.core);
    const { content, digest } = await store.transaction((sql) => this.content(sql));
    const { personId, ministryName, deviceId: madeBy } = profile;
    const rootFingerprint = fromBase64Url(profile.rootFingerprint);
    const secret = newRecoverySecret();
    const sealer = newSealer({ personId, ministryName, rootFingerprint }, secret, costOf(options));
    const locatorHash = sha256(locatorOf(secret));
    const bundle = toBase64(sealBundle(content, sealer));
    await session.execute(PutRecoveryBundleDocument, { locatorHash: toBase64(locatorHash), bundle });
    const kept = encodeSealer({ ...sealer, locatorHash, madeBy, at: timer.now().getTime() }, deviceKey);
    await store.transaction(async (sql) => {
      await saveSealer(sql, kept);
      await saveSetting(sql, SEALED, digest);
    });
    return formatRecoveryCode(secret);
  }

  /**
   * Puts the person's newest keys under the code in force, once for each change. `outdated`: the code leads to older ones, because no device
   * that is still in use has made it, or another one has taken its place that this device has not heard of.
   */
  async refresh(): Promise<'current' | 'outdated'> {
    const { store, directory, profile } = this.core;
    const { known, sealer, content, digest } = await store.transaction(async (sql) => ({
      known: await loadSetting(sql, SEALED),
      sealer: await findSealer(sql, directory.current, profile.personId),
      ...(await this.content(sql)),
    }));
    if (known === digest) return 'current';
    const attempt = `${digest} ${sealer ? toHex(sha256(sealer)) : ''}`;
    if (this.failed === attempt) return 'outdated';
    const isDone = known === undefined || (await this.reseal(content, sealer));
    this.failed = isDone ? undefined : attempt;
    if (isDone) await store.transaction((sql) => saveSetting(sql, SEALED, digest));
    return isDone ? 'current' : 'outdated';
  }

  /** True where the server has the content now, or nothing to put it into. */
  private async reseal(content: RecoveryContent, encoded: Uint8Array | undefined): Promise<boolean> {
    const { session, directory, profile } = this.core;
    const sealer = encoded && readSealer(encoded, directory.current, profile.personId);
    if (!sealer) return (await this.madeAt()) === undefined;
    const [locatorHash, bundle] = [sealer.locatorHash, sealBundle(content, sealer)].map(toBase64) as [string, string];
    return (await session.execute(RenewRecoveryBundleDocument, { locatorHash, bundle })).renewRecoveryBundle;
  }

  /** What goes into a bundle; the digest changes with the newest identity key and with each history key. */
  private async content(sql: Sql): Promise<{ content: RecoveryContent; digest: string }> {
    const [held, next] = [await keyInForce(sql, this.core), await nextKey(sql)];
    const identityKeys = [held, held && next].flatMap((key) => key ?? []);
    const newest = identityKeys.at(-1)?.publicKey ?? new Uint8Array();
    const digest = toHex(sha256(concatBytes(newest, await exportHistoryKeys(sql))));
    return { content: { identityKeys, historyKey: await exportHistoryKey(sql) }, digest };
  }

  /** When the code in force was made, RFC 3339; undefined without one. */
  async madeAt(): Promise<string | undefined> {
    return (await this.core.session.execute(RecoveryMadeAtDocument, {})).recoveryMadeAt ?? undefined;
  }

  /** Those who wait, oldest first; for security officers. @throws ChanceryError FORBIDDEN */
  async requests(): Promise<RecoveryRequestView[]> {
    return (await this.fetch()).map((request) => this.viewOf(request));
  }

  /**
   * Says, signed by this device, that the person who asks is the one they say; compare the number by voice before.
   * @throws ChanceryError NOT_FOUND, FORBIDDEN for one's own
   */
  async approve(id: string): Promise<RecoveryRequestView> {
    const { deviceKey, profile, session, timer } = this.core;
    const request = (await this.fetch()).find((one) => one.id === id);
    if (!request) throw new ChanceryError('NOT_FOUND', 'Nobody waits under this id.', { field: 'id' });
    const now = timer.now();
    const { personId, deviceId } = request;
    const signatureKey = fromBase64(request.signatureKey);
    const approval = { requestId: id, personId, deviceId, signatureKey, at: now.getTime(), officer: profile.deviceId };
    const signature = toBase64(sign(deviceKey.privateKey, encodeRecoveryApproval(approval)));
    await session.execute(ApproveRecoveryDocument, { input: { id, at: now.toISOString(), signature } });
    return this.viewOf(request);
  }

  async refuse(id: string): Promise<RecoveryRequestView> {
    const { refuseRecovery } = await this.core.session.execute(RefuseRecoveryDocument, { id });
    return this.viewOf(refuseRecovery);
  }

  private async fetch(): Promise<RecoveryRequestPartsFragment[]> {
    const requests: RecoveryRequestPartsFragment[] = [];
    let after: string | null = null;
    do {
      const { recoveryRequests: page }: RecoveryRequestsQuery = await this.core.session.execute(
        RecoveryRequestsDocument,
        { first: PAGE, after },
      );
      requests.push(...page.edges.map(({ node }) => node));
      after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
    } while (after !== null);
    return requests;
  }

  private viewOf(request: RecoveryRequestPartsFragment): RecoveryRequestView {
    const { id, personId, deviceName, signatureKey, requestedAt, expiresAt } = request;
    const personName = this.core.directory.current.person(personId)?.name ?? personId;
    const number = recoveryNumber(fromBase64(signatureKey));
    return { id, personId, personName, deviceName, number, requestedAt, expiresAt };
  }
}
