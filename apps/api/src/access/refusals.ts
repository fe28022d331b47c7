import { Injectable } from '@nestjs/common';

import type { ErrorCode } from '#contracts';

import { Refusal } from '../platform/refusal.js';
import type { AccessContext } from './accessContext.js';
import { RepeatedNotes } from './audit/index.js';
import { DeviceRefused } from './deviceRefused.js';

/** Refusals that may mean that somebody tries what is not theirs. The others are slips: a wrong field, a page that is gone. */
const AUDITED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ACT_UNSIGNED',
  'APPROVAL_CLOSED',
  'APPROVAL_NEEDED',
  'APPROVAL_OWN',
  'AUDIT_BROKEN',
  'CHALLENGE_INVALID',
  'CLEARANCE_TOO_LOW',
  'DEVICE_REVOKED',
  'FORBIDDEN',
  'FOUNDING_TOKEN_INVALID',
  'LABEL_TOO_HIGH',
  'LINK_EXPIRED',
  'LINK_INVALID',
  'LINK_USED',
  'NOT_A_MEMBER',
  'OFFICER_TOO_NEW',
  'RATE_LIMITED',
  'STATEMENT_INVALID',
  'UNAUTHENTICATED',
]);

/** Brings refusals into the audit trail. */
@Injectable()
export class Refusals {
  constructor(private readonly repeated: RepeatedNotes) {}

  /** Notes the refusal of an operation; anything else passes by, and so does who only forgot to sign in. Never throws. */
  async note(error: unknown, operation: string, context?: AccessContext): Promise<void> {
    if (!(error instanceof Refusal) || !AUDITED.has(error.code)) return;
    if (context && error.code === 'UNAUTHENTICATED' && !context.refusal) return;
    const caller = context?.caller;
    const kind = operation === 'openSession' ? 'login' : 'refusal';
    const device = error instanceof DeviceRefused ? error.deviceId : caller?.deviceId;
    const person = caller?.personId;
    await this.repeated.add({
      kind,
      operation,
      outcome: error.code,
      ...(device !== undefined && { device }),
      ...(person !== undefined && { person }),
    });
  }
}
