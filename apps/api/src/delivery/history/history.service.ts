import { Injectable } from '@nestjs/common';

import { encodeHistoryManifest } from '#contracts';
import { sha256, toHex, verifySignature } from '#primitives/verify';

import type { Caller } from '../../access/index.js';
import { DirectoryService } from '../../directory/index.js';
import { Blobs } from '../../platform/blobs/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Sql } from '../sql.js';
import type { Run, Statement } from '../sql.js';
import type { HistoryManifestType, HistorySegmentInput, HistorySegmentType } from './history.types.js';

const MAX_SEGMENT_BYTES = 2 * 1024 * 1024;
const MAX_PAGE = 64;
/** Of one answer; a longer segment comes alone. */
const MAX_PAGE_BYTES = 2 * 1024 * 1024;
/** Of all devices that a person ever had. */
const MAX_PERSON_BYTES = 8 * 1024 ** 3;

const MANIFESTS: Statement = {
  name: 'history manifests',
  text: 'SELECT device_id, segments, head, signature FROM history_manifest WHERE person_id = $1 ORDER BY device_id',
};
const SEGMENTS: Statement = {
  name: 'history segments',
  text: `
    SELECT s.number, s.hash, s.size FROM history_segment s JOIN history_manifest m USING (device_id)
    WHERE m.person_id = $1 AND s.device_id = $2 AND s.number < $3 ORDER BY s.number DESC LIMIT $4`,
};
const BYTES: Statement = {
  name: 'history bytes',
  text: `
    SELECT coalesce(sum(s.size), 0)::float8 AS bytes FROM history_segment s JOIN history_manifest m USING (device_id)
    WHERE m.person_id = $1`,
};
const FIND: Statement = {
  name: 'find history segment',
  text: 'SELECT hash FROM history_segment WHERE device_id = $1 AND number = $2',
};
/** Moves the manifest on by one segment, or does nothing. */
const ADVANCE: Statement = {
  name: 'advance history',
  text: `
    INSERT INTO history_manifest AS m (device_id, person_id, segments, head, signature, updated_at)
    SELECT $1::text, $2::text, $3::integer, $4::bytea, $5::bytea, $6::timestamptz
    WHERE $3 = 1 OR EXISTS (SELECT 1 FROM history_manifest WHERE device_id = $1)
    ON CONFLICT (device_id) DO UPDATE
    SET segments = EXCLUDED.segments, head = EXCLUDED.head, signature = EXCLUDED.signature, updated_at = EXCLUDED.updated_at
    WHERE m.segments = EXCLUDED.segments - 1
    RETURNING segments`,
};
const INSERT: Statement = {
  name: 'insert history segment',
  text: 'INSERT INTO history_segment (device_id, number, hash, size) VALUES ($1, $2, $3, $4)',
};

interface ManifestRow {
  device_id: string;
  segments: number;
  head: Buffer;
  signature: Buffer;
}

interface SegmentRow {
  number: number;
  hash: Buffer;
  size: number;
}

/**
 * What people's devices have sealed of their history: ciphertext, sizes, and the devices' own word on how far it reaches. Only the devices of
 * the same person get it.
 */
@Injectable()
export class HistoryService {
  constructor(
    private readonly sql: Sql,
    private readonly blobs: Blobs,
    private readonly directory: DirectoryService,
    private readonly clock: Clock,
  ) {}

  async manifests({ personId }: Caller): Promise<HistoryManifestType[]> {
    const rows = await this.sql.run<ManifestRow>(MANIFESTS, [personId]);
    return rows.map(({ device_id: deviceId, segments, head, signature }) => ({ deviceId, segments, head, signature }));
  }

  /** As many as one answer holds, at least one if there is one. Throws BAD_INPUT. */
  async segments({ personId }: Caller, deviceId: string, before: number, first: number): Promise<HistorySegmentType[]> {
    if (first < 1 || first > MAX_PAGE) {
      throw new Refusal('BAD_INPUT', `a page has 1 to ${String(MAX_PAGE)} segments`, { field: 'first' });
    }
    const rows = withinBytes(await this.sql.run<SegmentRow>(SEGMENTS, [personId, deviceId, before, first]));
    return Promise.all(
      rows.map(async ({ number, hash, size }) => ({
        number,
        payload: await this.#read(blobKey(deviceId, number, hash), size),
      })),
    );
  }

  /** Throws TOO_LARGE, HISTORY_INVALID, or CONFLICT for a segment that is not the next one. */
  async append({ personId, deviceId }: Caller, { number, payload, signature }: HistorySegmentInput): Promise<number> {
    if (payload.length > MAX_SEGMENT_BYTES) {
      throw new Refusal('TOO_LARGE', `a segment has at most ${String(MAX_SEGMENT_BYTES)} bytes`, { field: 'segment' });
    }
    const head = sha256(payload);
    await this.#verify({ personId, deviceId, segments: number, head }, signature);
    const known = await this.#find(deviceId, number);
    if (known) return this.#same(known, head, number);
    await this.#requireRoom(personId, payload.length);
    // before the row: a row without its bytes would be a hole; bytes without a row are overwritten by the retry
    await this.blobs.put(blobKey(deviceId, number, head), payload);
    const values = [deviceId, personId, number, Buffer.from(head), Buffer.from(signature), this.clock.now()];
    const isNext = await this.sql.transaction((run) => advance(run, values, payload.length));
    if (isNext) return number;
    // the same request may have come a second time while the first was at work
    const meanwhile = await this.#find(deviceId, number);
    if (meanwhile) return this.#same(meanwhile, head, number);
    throw new Refusal('CONFLICT', 'this is not the next segment of the device', { field: 'segment' });
  }

  async #verify(
    manifest: { personId: string; deviceId: string; segments: number; head: Uint8Array },
    signature: Uint8Array,
  ): Promise<void> {
    const device = await this.directory.device(manifest.deviceId);
    const isSigned = device && verifySignature(device.signatureKey, encodeHistoryManifest(manifest), signature);
    if (isSigned && manifest.segments >= 1) return;
    throw new Refusal('HISTORY_INVALID', 'the signature of the manifest does not verify', { field: 'segment' });
  }

  async #find(deviceId: string, number: number): Promise<Buffer | undefined> {
    const [row] = await this.sql.run<{ hash: Buffer }>(FIND, [deviceId, number]);
    return row?.hash;
  }

  #same(known: Buffer, head: Uint8Array, number: number): number {
    if (known.equals(head)) return number;
    throw new Refusal('CONFLICT', 'this device has handed in another segment of that number', { field: 'segment' });
  }

  async #requireRoom(personId: string, bytes: number): Promise<void> {
    const [row] = await this.sql.run<{ bytes: number }>(BYTES, [personId]);
    if ((row?.bytes ?? 0) + bytes <= MAX_PERSON_BYTES) return;
    throw new Refusal('TOO_LARGE', `the history of one person has at most ${String(MAX_PERSON_BYTES)} bytes`);
  }

  async #read(key: string, size: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of await this.blobs.read(key, { start: 0, end: size })) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }
}

/** False, and nothing changed, where the segment is not the next one. */
async function advance(run: Run, values: readonly unknown[], size: number): Promise<boolean> {
  const [row] = await run<{ segments: number }>(ADVANCE, values);
  if (!row) return false;
  const [deviceId, , number, head] = values;
  await run(INSERT, [deviceId, number, head, size]);
  return true;
}

/** The hash in it keeps two attempts at one number apart. */
function blobKey(deviceId: string, number: number, hash: Uint8Array): string {
  return `history/${deviceId}-${String(number)}-${toHex(hash.subarray(0, 8))}`;
}

function withinBytes(rows: readonly SegmentRow[]): SegmentRow[] {
  let bytes = 0;
  return rows.filter(({ size }, index) => {
    bytes += size;
    return index === 0 || bytes <= MAX_PAGE_BYTES;
  });
}
