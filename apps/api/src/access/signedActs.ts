import { Injectable } from '@nestjs/common';

import { ADMINISTRATIVE_OPERATIONS, encodeAct, encodeRequest, parseAct } from '#contracts';
import { fromBase64, sha256, verifySignature } from '#primitives/verify';

import { Clock } from '../platform/clock.js';
import type { SignedRequest } from '../platform/graphql/index.js';
import { PublicOrigin } from '../platform/publicOrigin.js';
import { Refusal } from '../platform/refusal.js';
import { AuditTrail } from './audit/index.js';
import { DeviceDirectory } from './deviceDirectory.js';
import type { Caller, VerifiedAct } from './rules.js';

/** A signed act is taken for so long before and after it was signed, by the server's clock. */
const MAX_AGE_MS = 10 * 60_000;

/**
 * Whoever has stolen a token has no device key: administrative operations are taken only when the device has signed the whole
 * request, its document and variables.
 */
@Injectable()
export class SignedActs {
  constructor(
    private readonly directory: DeviceDirectory,
    private readonly origin: PublicOrigin,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  isAdministrative(operation: string): boolean {
    return ADMINISTRATIVE_OPERATIONS.has(operation);
  }

  /** Throws ACT_UNSIGNED, AUDIT_BROKEN. */
  async require(request: SignedRequest | undefined, operation: string, { deviceId }: Caller): Promise<VerifiedAct> {
    const header = request && parseAct(request.act);
    if (!header) throw new Refusal('ACT_UNSIGNED', `${operation} has to be signed by the device`);
    if (Math.abs(this.clock.now().getTime() - header.at) > MAX_AGE_MS) {
      throw new Refusal('ACT_UNSIGNED', 'the act was signed more than ten minutes before or after now');
    }
    const device = await this.directory.device(deviceId);
    const hash = sha256(encodeRequest(request.query, request.variables));
    const seen = header.seen && { entry: header.seen.entry, hash: fromBase64(header.seen.hash) };
    const input = encodeAct({ deviceId, origin: this.origin.value, operation, request: hash, at: header.at, seen });
    const signature = fromBase64(header.signature);
    if (!device || !verifySignature(device.signatureKey, input, signature)) {
      throw new Refusal('ACT_UNSIGNED', 'the signature of the act does not verify');
    }
    await this.audit.requireSeen(seen);
    return { signed: { input, signature }, isRecorded: false };
  }
}
