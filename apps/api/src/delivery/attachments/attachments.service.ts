import { Injectable } from '@nestjs/common';

import { ATTACHMENT_HEADER_BYTES, ATTACHMENT_MAX_BYTES } from '#contracts';

import type { Caller } from '../../access/index.js';
import { NOTHING_STORED } from '../../platform/blobs/index.js';
import type { BlobUpload } from '../../platform/blobs/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Labels } from '../labels.js';
import { Sql } from '../sql.js';
import type { Run, Statement } from '../sql.js';
import type { AttachmentState } from './attachment.entity.js';
import type { AttachmentGrant, AttachmentInput } from './attachment.types.js';
import { AttachmentGrants } from './attachmentGrants.js';
import { AttachmentQuota } from './attachmentQuota.js';
import { gone, requireId } from './attachmentRefusals.js';
import { AttachmentTransfers } from './attachmentTransfers.js';

const LEAST_BYTES = ATTACHMENT_HEADER_BYTES + 1;

const IS_MEMBER: Statement = {
  name: 'is member',
  text: 'SELECT 1 FROM group_member WHERE group_id = $1 AND device_id = $2 AND left_seq IS NULL',
};
const BEGIN: Statement = {
  name: 'begin attachment',
  text: `
    INSERT INTO attachment (id, group_id, person_id, device_id, size, state, is_kept, upload, created_at, touched_at)
    VALUES ($1, $2, $3, $4, $5, 'OPEN', false, $6, $7, $7) ON CONFLICT (id) DO NOTHING RETURNING id`,
};
const FIND: Statement = {
  name: 'find attachment',
  text: 'SELECT group_id, device_id, size::float8 AS size, state, upload FROM attachment WHERE id = $1',
};

interface Found {
  group_id: string;
  device_id: string;
  size: number;
  state: AttachmentState;
  upload: BlobUpload;
}

/** Who may bring and fetch attachments. The bytes themselves are for `AttachmentTransfers`. */
@Injectable()
export class AttachmentsService {
  constructor(
    private readonly sql: Sql,
    private readonly labels: Labels,
    private readonly grants: AttachmentGrants,
    private readonly quota: AttachmentQuota,
    private readonly transfers: AttachmentTransfers,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes room for an attachment and lets the device bring it; asked again with the same input, says how far it has come.
   * Throws NOT_A_MEMBER, CLEARANCE_TOO_LOW, TOO_LARGE, QUOTA_EXCEEDED, CONFLICT for an id that is taken, ATTACHMENT_GONE.
   */
  async begin(caller: Caller, { id, groupId, size }: AttachmentInput): Promise<AttachmentGrant> {
    requireId(id, 'id');
    requireSize(size);
    await this.#requireMember(caller, groupId);
    const { deviceId, personId } = caller;
    await this.sql.transaction(async (run) => {
      const values = [id, groupId, personId, deviceId, size, JSON.stringify(NOTHING_STORED), this.clock.now()];
      const isNew = (await run(BEGIN, values)).length > 0;
      if (isNew) await this.quota.take(run, personId, size);
    });
    const found = await this.#find(id);
    if (found?.group_id !== groupId || found.device_id !== deviceId || found.size !== size) {
      throw new Refusal('CONFLICT', 'this id belongs to another attachment', { field: 'id' });
    }
    await this.transfers.finish(id, found.size); // a crash may have come between the last piece and the end
    return this.#grant(caller, id, found, 'UPLOAD');
  }

  /** Lets the device fetch an attachment. Throws NOT_A_MEMBER, CLEARANCE_TOO_LOW, ATTACHMENT_GONE. */
  async open(caller: Caller, groupId: string, id: string): Promise<AttachmentGrant> {
    requireId(id, 'id');
    await this.#requireMember(caller, groupId);
    const found = await this.#find(id);
    if (found?.group_id !== groupId || found.state !== 'COMPLETE') throw gone();
    return this.#grant(caller, id, found, 'DOWNLOAD');
  }

  async #grant({ deviceId }: Caller, id: string, found: Found, kind: 'UPLOAD' | 'DOWNLOAD'): Promise<AttachmentGrant> {
    if (found.state === 'DOOMED') throw gone();
    const { token, expiresAt } = await this.grants.issue(id, deviceId, kind);
    return { token, expiresAt, size: found.size, stored: found.upload.size };
  }

  /** As for a message: a member, whose clearance covers the conversation's label. */
  async #requireMember({ deviceId, clearance }: Caller, groupId: string): Promise<void> {
    const [member] = await this.sql.run(IS_MEMBER, [groupId, deviceId]);
    const label = await this.labels.ofGroup(groupId);
    if (!member || label === undefined) {
      throw new Refusal('NOT_A_MEMBER', 'this device is not a member of the conversation', { field: 'groupId' });
    }
    if (await this.labels.mayRead(clearance, label)) return;
    throw new Refusal('CLEARANCE_TOO_LOW', "your clearance does not cover the conversation's label");
  }

  async #find(id: string, run: Run = this.sql.run): Promise<Found | undefined> {
    return (await run<Found>(FIND, [id]))[0];
  }
}

function requireSize(size: number): void {
  if (!Number.isInteger(size) || size < LEAST_BYTES) {
    throw new Refusal('BAD_INPUT', 'this is not the size of an attachment', { field: 'size' });
  }
  if (size > ATTACHMENT_MAX_BYTES) {
    throw new Refusal('TOO_LARGE', 'an attachment has at most 2 GiB, padding included', { field: 'size' });
  }
}
