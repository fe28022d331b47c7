import type { ErrorCode } from '#contracts';

import { Refusal } from '../platform/refusal.js';

/** A refusal of a device that has shown which one it is, or says so; the audit trail names it. */
export class DeviceRefused extends Refusal {
  constructor(
    code: ErrorCode,
    message: string,
    readonly deviceId: string,
  ) {
    super(code, message);
  }
}
