import { createHash, randomBytes } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import type { Caller } from '../../access/index.js';
import type { BlobUpload } from '../../platform/blobs/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Labels } from '../labels.js';
import { Sql } from '../sql.js';
import type { Statement } from '../sql.js';
import type { AttachmentState } from './attachment.entity.js';

const TOKEN_BYTES = 32;
const GRANT_MS = 15 * 60_000;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

const ISSUE: Statement = {
  name: 'issue attachment grant',
  text: 'INSERT INTO attachment_grant (token_hash, attachment_id, device_id, kind, expires_at) VALUES ($1, $2, $3, $4, $5)',
};
/** Membership is looked at with every piece: a grant says what was allowed when it was given, not what is. */
const USE: Statement = {
  name: 'use attachment grant',
  text: `
    SELECT a.id, a.group_id, a.size::float8 AS size, a.state, a.upload
    FROM attachment_grant t
    JOIN attachment a ON a.id = t.attachment_id
    JOIN group_member m ON m.group_id = a.group_id AND m.device_id = t.device_id AND m.left_seq IS NULL
    WHERE t.token_hash = $1 AND t.attachment_id = $2 AND t.device_id = $3 AND t.kind = $4 AND t.expires_at > $5`,
};
const FORGET_EXPIRED: Statement = {
  name: 'forget attachment grants',
  text: 'DELETE FROM attachment_grant WHERE expires_at <= $1',
};

/** An attachment that a caller may bring or fetch at this moment. */
export interface Granted {
  readonly id: string;
  readonly groupId: string;
  readonly size: number;
  readonly state: AttachmentState;
  readonly upload: BlobUpload;
}

type Row = Omit<Granted, 'groupId'> & { group_id: string };

/** Short-lived rights to one attachment each, bound to the device; stored as hashes. */
@Injectable()
export class AttachmentGrants {
  constructor(
    private readonly sql: Sql,
    private readonly labels: Labels,
    private readonly clock: Clock,
  ) {}

  async issue(id: string, deviceId: string, kind: 'UPLOAD' | 'DOWNLOAD'): Promise<{ token: string; expiresAt: Date }> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const expiresAt = new Date(this.clock.now().getTime() + GRANT_MS);
    await this.sql.run(ISSUE, [hashOf(token), id, deviceId, kind, expiresAt]);
    return { token, expiresAt };
  }

  /** Throws GRANT_INVALID for any other device, attachment or kind, for one that has ended, and for those who have left. */
  async require(caller: Caller, id: string, token: unknown, kind: 'UPLOAD' | 'DOWNLOAD'): Promise<Granted> {
    if (typeof token !== 'string' || !TOKEN.test(token)) throw invalid();
    const values = [hashOf(token), id, caller.deviceId, kind, this.clock.now()];
    const [row] = await this.sql.run<Row>(USE, values);
    const label = row && (await this.labels.ofGroup(row.group_id));
    if (!row || label === undefined || !(await this.labels.mayRead(caller.clearance, label))) throw invalid();
    const { group_id: groupId, size, state, upload } = row;
    return { id, groupId, size, state, upload };
  }

  async forgetExpired(): Promise<void> {
    await this.sql.run(FORGET_EXPIRED, [this.clock.now()]);
  }
}

function invalid(): Refusal {
  return new Refusal('GRANT_INVALID', 'the grant is not for this device and attachment, or has ended');
}

/** A token has full entropy, so that no slow hash is needed. */
function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
