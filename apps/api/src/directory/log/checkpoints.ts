import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { fromUtf8, utf8 } from '#primitives/verify';
import {
  checkpointText,
  cosignatureLine,
  cosignerName,
  decodeNote,
  encodeNote,
  keyIdOf,
  logOrigin,
  noteBytes,
} from '#transparency';
import type { Directory, Note } from '#transparency';

import { Clock } from '../../platform/clock.js';
import { KeyFile } from '../serverKeys/keyFile.js';
import { LogCheckpointEntity, LogCosignatureEntity } from './log.entity.js';
import { LogTree } from './logTree.js';

/** Checkpoints in which the newest words of its cosigners are found: each of them signs what it is shown, and the log grows meanwhile. */
const MOST_COSIGNED = 5;

/** Signs what the log is at each of its sizes: once a size, in the transaction that makes it so large. */
@Injectable()
export class Checkpoints {
  constructor(
    private readonly source: DataSource,
    private readonly keys: KeyFile,
    private readonly tree: LogTree,
    private readonly clock: Clock,
  ) {}

  /** Enters statements behind those that the tree holds and signs what it is then; `directory` is the state after them. */
  async extend(payloads: readonly Uint8Array[], directory: Directory, manager: EntityManager): Promise<void> {
    if (payloads.length === 0) return;
    const { root } = await this.tree.append(directory.head - payloads.length, payloads, manager);
    await this.#sign(root, directory, manager);
  }

  /** Signs the state of a log that grew before checkpoints were signed; the caller's transaction is the only one that appends. */
  async ensure(directory: Directory, manager: EntityManager): Promise<void> {
    const size = directory.head;
    if (size === 0 || (await manager.existsBy(LogCheckpointEntity, { size }))) return;
    const { root } = await this.tree.frontier(size, manager);
    await this.#sign(root, directory, manager);
  }

  /** The newest checkpoint as a signed note, with its cosignatures if they are asked for; undefined before the founding. */
  async newest(directory: Directory, withCosignatures = false): Promise<{ size: number; note: string } | undefined> {
    const [row] = await this.source.manager.find(LogCheckpointEntity, { order: { size: 'DESC' }, take: 1 });
    return row && withCosignatures ? this.#withCosignatures(row, directory) : row;
  }

  /** The newest checkpoints that anybody has cosigned, the newest first, with their cosignatures. */
  async cosigned(directory: Directory): Promise<{ size: number; note: string }[]> {
    const sizes = await this.source.manager
      .createQueryBuilder(LogCosignatureEntity, 'cosignature')
      .select('cosignature.size', 'size')
      .distinct()
      .orderBy('size', 'DESC')
      .limit(MOST_COSIGNED)
      .getRawMany<{ size: number }>();
    const where = { size: In(sizes.map(({ size }) => size)) };
    const rows = await this.source.manager.find(LogCheckpointEntity, { where, order: { size: 'DESC' } });
    return Promise.all(rows.map((row) => this.#withCosignatures(row, directory)));
  }

  async #withCosignatures(
    { size, note }: LogCheckpointEntity,
    directory: Directory,
  ): Promise<{ size: number; note: string }> {
    const { text, signatures } = decodeNote(utf8(note));
    const cosigned = await this.source.manager.find(LogCosignatureEntity, {
      where: { size },
      order: { time: 'ASC', deviceId: 'ASC' },
    });
    const lines = cosigned.flatMap((cosignature) => lineOf(cosignature, directory));
    return { size, note: textOf({ text, signatures: [...signatures, ...lines] }) };
  }

  /** The text that cosigners of a size sign; undefined where the log has signed none of that size. */
  async textAt(size: number): Promise<string | undefined> {
    const row = await this.source.manager.findOneBy(LogCheckpointEntity, { size });
    return row ? decodeNote(utf8(row.note)).text : undefined;
  }

  /** The largest size that was ever signed. */
  async largest(): Promise<number> {
    return (await this.source.manager.maximum(LogCheckpointEntity, 'size')) ?? 0;
  }

  async #sign(root: Uint8Array, directory: Directory, manager: EntityManager): Promise<void> {
    const { ministry, head: size } = directory;
    if (!ministry) throw new Error('a log without a root statement is not signed');
    const origin = logOrigin(ministry.fingerprint);
    const text = checkpointText({ origin, size, root });
    const key = await this.keys.current('log', directory);
    const keyId = keyIdOf({ name: origin, publicKey: key.publicKey }, 'ed25519');
    const note = textOf({ text, signatures: [{ name: origin, keyId, signature: key.sign(noteBytes(text)) }] });
    await manager.insert(LogCheckpointEntity, { size, note, signedAt: this.clock.now() });
  }
}

function lineOf({ deviceId, time, signature }: LogCosignatureEntity, directory: Directory): Note['signatures'] {
  const device = directory.device(deviceId);
  const fingerprint = directory.ministry?.fingerprint;
  if (!device || !fingerprint) return [];
  const key = { name: cosignerName(fingerprint, deviceId), publicKey: device.signatureKey };
  return [cosignatureLine(key, { time: time.getTime() / 1000, signature })];
}

const textOf = (note: Note): string => fromUtf8(encodeNote(note));
