import {
  ApproveRecoveryDocument,
  encodeRecoveryApproval,
  PutRecoveryBundleDocument,
  RecoveryMadeAtDocument,
  RecoveryRequestsDocument,
  RefuseRecoveryDocument,
} from '#contracts';
import type { RecoveryRequestPartsFragment, RecoveryRequestsQuery } from '#contracts';
import { fromBase64, fromBase64Url, sha256, sign, toBase64 } from '#primitives';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { exportHistoryKey } from '../history/key.js';
import { requireIdentityKey } from '../devices/identityKey.js';
import { costOf } from '../vaultKey.js';
import { sealBundle } from './bundle.js';
import { formatRecoveryCode, locatorOf, newRecoverySecret, recoveryNumber } from './code.js';

export interface RecoveryCodeOptions {
  /** Memory of Argon2id in MiB: 256 by default, never under 64. */
  readonly memoryMiB?: number;
}

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

/** The way back when no device is left: one's own code, and an officer's yes to others. */
export class Recovery {
  constructor(private readonly core: Core) {}

  /**
   * Makes a new recovery code; the one before is void from then on. It is shown once and stored nowhere: the server keeps what it opens, and gives
   * that out only after an officer's approval. Blocks for the time of Argon2id.
   */
  async renew(options: RecoveryCodeOptions = {}): Promise<string> {
    const { store, profile, session } = this.core;
    const identityKey = await requireIdentityKey(this.core);
    const historyKey = await store.transaction(exportHistoryKey);
    const { personId, ministryName } = profile;
    const rootFingerprint = fromBase64Url(profile.rootFingerprint);
    const secret = newRecoverySecret();
    const bundle = sealBundle(
      { identityKey, historyKey, personId, ministryName, rootFingerprint },
      secret,
      costOf(options),
    );
    const locatorHash = toBase64(sha256(locatorOf(secret)));
    await session.execute(PutRecoveryBundleDocument, { locatorHash, bundle: toBase64(bundle) });
    return formatRecoveryCode(secret);
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
