import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';

import { verifySignature } from '#primitives/verify';
import { cosignedBytes } from '#transparency';

import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { badInput } from '../input.js';
import { PostKind } from '../posts/post.model.js';
import { PostEntity } from '../posts/post.entity.js';
import { StatementLog } from '../statements/statementLog.js';
import { Checkpoints } from './checkpoints.js';
import { LogCosignatureEntity } from './log.entity.js';

/** Cosignatures of one checkpoint that are kept: a note has room for some more. Those of officers are always kept. */
const MOST_OF_MISSIONS = 64;
/** A cosigner's clock may differ from the server's by this much. */
const MAX_OFF_MS = 10 * 60_000;

/** Takes in what officers' and missions' devices say about the log that they were shown. */
@Injectable()
export class CosigningService {
  constructor(
    private readonly source: DataSource,
    private readonly log: StatementLog,
    private readonly checkpoints: Checkpoints,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores a cosignature of the caller's device; false where there are enough of missions. A later one takes the place of its own
   * earlier one, and shows others that there is no newer checkpoint yet; the same again changes nothing.
   * Throws FORBIDDEN, NOT_FOUND (no checkpoint of that size), BAD_INPUT (time or signature).
   */
  async cosign(size: number, time: Date, signature: Uint8Array, caller: Caller): Promise<boolean> {
    const isOfficer = await this.#isOfficer(caller);
    if (!isOfficer && !(await this.#isOfMission(caller))) {
      throw new Refusal('FORBIDDEN', 'officers with the power witness and missions cosign');
    }
    if (Math.abs(this.clock.now().getTime() - time.getTime()) > MAX_OFF_MS) {
      throw badInput('time', 'is not the time of the server, within ten minutes');
    }
    await this.#requireSigned(size, time, signature, caller);
    return this.#store({ size, deviceId: caller.deviceId, time, signature: Buffer.from(signature) }, isOfficer);
  }

  async #requireSigned(size: number, time: Date, signature: Uint8Array, { deviceId }: Caller): Promise<void> {
    const text = await this.checkpoints.textAt(size);
    if (text === undefined) throw new Refusal('NOT_FOUND', 'there is no checkpoint of this size', { field: 'size' });
    const device = (await this.log.state()).device(deviceId);
    const seconds = time.getTime() / 1000;
    const isSound =
      device !== undefined &&
      Number.isInteger(seconds) &&
      verifySignature(device.signatureKey, cosignedBytes(text, seconds), signature);
    if (!isSound) throw badInput('signature', 'is not by this device over the checkpoint at that whole second');
  }

  async #store(row: LogCosignatureEntity, isOfficer: boolean): Promise<boolean> {
    const { manager } = this.source;
    const { size, deviceId, time, signature } = row;
    await manager.update(LogCosignatureEntity, { size, deviceId, time: LessThan(time) }, { time, signature });
    if (await manager.existsBy(LogCosignatureEntity, { size, deviceId })) return true;
    if (!isOfficer && (await manager.countBy(LogCosignatureEntity, { size: row.size })) >= MOST_OF_MISSIONS)
      return false;
    await manager.createQueryBuilder().insert().into(LogCosignatureEntity).values(row).orIgnore().execute();
    return true;
  }

  async #isOfficer({ personId }: Caller): Promise<boolean> {
    return (await this.log.state()).powersOf(personId, this.clock.now()).has('witness');
  }

  #isOfMission({ postId }: Caller): Promise<boolean> {
    return this.source.manager.existsBy(PostEntity, { id: postId, kind: PostKind.MISSION });
  }
}
