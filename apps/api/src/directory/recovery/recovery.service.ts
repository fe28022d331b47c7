import { randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { equalBytes, sha256 } from '#primitives/verify';

import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { HASH_BYTES, KEY_BYTES, badInput, requireBytes, requireId, requireName } from '../input.js';
import { Policies } from '../ministry/policies.js';
import { Announcer } from '../statements/announcer.js';
import { parse } from '../statements/parse.js';
import { StatementLog } from '../statements/statementLog.js';
import { invalid as invalidStatement } from '../statements/verifyNext.js';
import { RecoveryBundleEntity, RecoveryRequestEntity } from './recovery.entity.js';
import { RecoveryState } from './recovery.model.js';
import type { RecoveryInput, RecoveryProgress } from './recovery.model.js';

const REQUEST_MS = 72 * 3_600_000;
const MAX_BUNDLE_BYTES = 64 * 1024;

/**
 * The way back for a person without any device: the server keeps what only their code opens, and gives it out only after an officer has
 * said yes. Neither the code alone nor the officer alone suffices.
 */
@Injectable()
export class RecoveryService {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
    private readonly policies: Policies,
    private readonly log: StatementLog,
    private readonly announcer: Announcer,
  ) {}

  /** Replaces the caller's bundle; what waits under the old code ends with it. */
  async put(locatorHash: Uint8Array, bundle: Uint8Array, { personId }: Caller): Promise<Date> {
    requireBundle(locatorHash, bundle);
    const createdAt = this.clock.now();
    const row = { personId, locatorHash: Buffer.from(locatorHash), bundle: Buffer.from(bundle), createdAt };
    await this.source.transaction(async (manager) => {
      await manager.upsert(RecoveryBundleEntity, row, ['personId']);
      await endWaiting(personId, manager);
    });
    return createdAt;
  }

  /** Changes what the code in force opens, after a change of keys; the code stays, and so does what waits under it. */
  async renew(locatorHash: Uint8Array, bundle: Uint8Array, { personId }: Caller): Promise<boolean> {
    requireBundle(locatorHash, bundle);
    const where = { personId, locatorHash: Buffer.from(locatorHash) };
    const { affected } = await this.source.manager.update(RecoveryBundleEntity, where, { bundle: Buffer.from(bundle) });
    return affected === 1;
  }

  /** When the caller's bundle was made; null without one. */
  async madeAt({ personId }: Caller): Promise<Date | null> {
    const where = { personId };
    const row = await this.source.manager.findOne(RecoveryBundleEntity, { select: { createdAt: true }, where });
    return row?.createdAt ?? null;
  }

  /** Asks for a decision; the same request again changes nothing. Throws RECOVERY_INVALID, BAD_INPUT. */
  async request(input: RecoveryInput): Promise<RecoveryProgress> {
    requireSound(input);
    const tokenHash = hashOf(input.token);
    const known = await this.source.manager.findOneBy(RecoveryRequestEntity, { tokenHash });
    if (known) return this.#toProgress(known);
    const { personId } = await this.#bundle(input.locator);
    if ((await this.log.state()).person(personId)?.revoked) throw invalid('this person is revoked');
    const requestedAt = this.clock.now();
    const row = {
      ...{ id: randomUUID(), personId, tokenHash, deviceId: input.deviceId, deviceName: input.deviceName },
      signatureKey: Buffer.from(input.signatureKey),
      ...{ requestedAt, expiresAt: new Date(requestedAt.getTime() + REQUEST_MS), state: RecoveryState.WAITING },
      ...{ decidedBy: null, decidedAt: null, signature: null },
    };
    await this.source.transaction(async (manager) => {
      await endWaiting(personId, manager);
      await manager.insert(RecoveryRequestEntity, row);
    });
    return this.#toProgress(row);
  }

  /** Throws RECOVERY_INVALID when nobody asked with this token, or its time is over. */
  async progress(token: Uint8Array): Promise<RecoveryProgress> {
    return this.#toProgress(this.#inTime(await this.#find(token, this.source.manager)));
  }

  /** Enters the device that was approved, once; the same again changes nothing. Throws RECOVERY_INVALID, STATEMENT_INVALID. */
  async finish(token: Uint8Array, addDevice: Uint8Array): Promise<RecoveryProgress> {
    const { policy } = await this.policies.inForce();
    const { row, fresh } = await this.source.transaction(async (manager) => {
      const open = this.#inTime(await this.#find(token, manager, true));
      requireApproved(open);
      requireItsDevice(addDevice, open);
      const appended = await this.log.append(manager, [addDevice], policy, 'addDevice');
      await manager.update(RecoveryRequestEntity, { id: open.id }, { state: RecoveryState.DONE });
      return { row: Object.assign(open, { state: RecoveryState.DONE }), fresh: appended.fresh };
    });
    await this.announcer.announce(fresh);
    return this.#toProgress(row);
  }

  async #bundle(locator: Uint8Array): Promise<RecoveryBundleEntity> {
    const row = await this.source.manager.findOneBy(RecoveryBundleEntity, { locatorHash: hashOf(locator) });
    if (!row) throw invalid('no recovery code of this ministry is like this, or a newer one took its place');
    return row;
  }

  #find(token: Uint8Array, manager: EntityManager, lock = false): Promise<RecoveryRequestEntity | null> {
    const where = { tokenHash: hashOf(token) };
    return manager.findOne(RecoveryRequestEntity, { where, ...(lock && { lock: { mode: 'pessimistic_write' } }) });
  }

  #inTime(row: RecoveryRequestEntity | null): RecoveryRequestEntity {
    if (row && row.expiresAt > this.clock.now()) return row;
    throw invalid('nobody waits for this recovery, or its time is over');
  }

  async #toProgress({ id, personId, state, expiresAt }: RecoveryRequestEntity): Promise<RecoveryProgress> {
    const isApproved = state === RecoveryState.APPROVED || state === RecoveryState.DONE;
    const row = isApproved ? await this.source.manager.findOneBy(RecoveryBundleEntity, { personId }) : null;
    return { id, state, expiresAt, bundle: row?.bundle ?? null };
  }
}

function requireBundle(locatorHash: Uint8Array, bundle: Uint8Array): void {
  requireBytes(locatorHash, HASH_BYTES, 'locatorHash');
  if (bundle.length === 0 || bundle.length > MAX_BUNDLE_BYTES) throw badInput('bundle', 'has 1 to 65536 bytes');
}

async function endWaiting(personId: string, manager: EntityManager): Promise<void> {
  const waiting = { personId, state: RecoveryState.WAITING };
  await manager.update(RecoveryRequestEntity, waiting, { state: RecoveryState.REFUSED });
}

function requireSound({ locator, token, deviceId, deviceName, signatureKey }: RecoveryInput): void {
  requireBytes(locator, HASH_BYTES, 'input.locator');
  requireBytes(token, HASH_BYTES, 'input.token');
  requireBytes(signatureKey, KEY_BYTES, 'input.signatureKey');
  requireId(deviceId, 'input.deviceId');
  requireName(deviceName, 'input.deviceName');
}

function requireApproved({ state }: RecoveryRequestEntity): void {
  if (state === RecoveryState.APPROVED || state === RecoveryState.DONE) return;
  throw invalid('no officer has approved this recovery');
}

/** The officer has approved one device, and no other comes in on it. */
function requireItsDevice(payload: Uint8Array, { personId, deviceId, signatureKey }: RecoveryRequestEntity): void {
  const { body } = parse(payload, 'addDevice');
  const isIts = body.type === 'addDevice' && body.person === personId && body.device === deviceId;
  if (isIts && equalBytes(body.signatureKey, signatureKey)) return;
  throw invalidStatement('addDevice', 'adds another device than the one that was approved');
}

const hashOf = (value: Uint8Array): Buffer => Buffer.from(sha256(value));

const invalid = (message: string): Refusal => new Refusal('RECOVERY_INVALID', message);
