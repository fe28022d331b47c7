import { randomBytes, randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { DataSource, IsNull, LessThan } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { concatBytes, equalBytes, sha256 } from '#primitives/verify';

import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { randomCode } from '../crockford.js';
import { HASH_BYTES, badInput, requireBytes } from '../input.js';
import { PairingEntity } from './pairing.entity.js';
import type { PairingEnd } from './pairing.entity.js';
import { PairingState } from './pairing.model.js';
import type { PairingOffer, PairingProgress, PairingTicket } from './pairing.model.js';

const LIFETIME_MS = 10 * 60_000;
const CODE_LENGTH = 8;
const TOKEN_BYTES = 32;
/** At once, over all: whoever wants to fill the table is told to wait. */
const MAX_OPEN = 2_000;
/** Codes that one device may try in a minute: of 2^40, so that nobody meets a stranger's. */
const CODES_PER_MINUTE = 20;
const MAX_ANSWER_BYTES = 4 * 1024;
const MAX_OFFER_BYTES = 4 * 1024;

/** Where a new device and one that is enrolled meet. Whether they are who they seem the person sees on both screens, not the server. */
@Injectable()
export class PairingService {
  readonly #codes = new RateLimiterMemory({ points: CODES_PER_MINUTE, duration: 60 });

  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Throws BAD_INPUT, RATE_LIMITED. */
  async start(commitment: Uint8Array): Promise<PairingTicket> {
    requireBytes(commitment, HASH_BYTES, 'commitment');
    const { manager } = this.source;
    await manager.delete(PairingEntity, { expiresAt: LessThan(this.clock.now()) });
    if ((await manager.count(PairingEntity)) >= MAX_OPEN) {
      throw new Refusal('RATE_LIMITED', 'too many devices are being paired at this moment');
    }
    const token = randomBytes(TOKEN_BYTES);
    const code = randomCode(CODE_LENGTH);
    const expiresAt = new Date(this.clock.now().getTime() + LIFETIME_MS);
    const known = { id: randomUUID(), code, tokenHash: hashOf(token), commitment: Buffer.from(commitment), expiresAt };
    await manager.insert(PairingEntity, known);
    return { code, token, expiresAt };
  }

  /** The first device that enters the code has the pairing; the same one again is told the same. Throws PAIRING_INVALID, RATE_LIMITED. */
  async claim(code: string, { deviceId }: Caller): Promise<PairingOffer> {
    await this.#count(deviceId);
    const { manager } = this.source;
    const claimable = { code: printable(code), ended: IsNull() };
    await manager.update(PairingEntity, { ...claimable, deviceId: IsNull() }, { deviceId });
    const row = await manager.findOneBy(PairingEntity, { ...claimable, deviceId });
    return toOffer(this.#inTime(row));
  }

  /** Once: another answer would let whoever gives it choose between the words that people compare. */
  async answer(id: string, answer: Uint8Array, caller: Caller): Promise<PairingOffer> {
    requireAtMost(answer, MAX_ANSWER_BYTES, 'answer');
    return this.#change(this.#ofDevice(id, caller), (row) => {
      if (row.answer && !equalBytes(row.answer, answer)) throw invalid('an answer was given already');
      return { answer: Buffer.from(answer) };
    }).then(toOffer);
  }

  /** What the commitment of the beginning hid. Throws BAD_INPUT when it is something else, PAIRING_INVALID before the answer. */
  async reveal(token: Uint8Array, offer: Uint8Array, nonce: Uint8Array): Promise<PairingProgress> {
    requireAtMost(offer, MAX_OFFER_BYTES, 'offer');
    requireBytes(nonce, HASH_BYTES, 'nonce');
    return this.#change(this.#ofToken(token), (row) => {
      if (!row.answer) throw invalid('nobody has answered yet');
      if (!equalBytes(sha256(concatBytes(offer, nonce)), row.commitment)) {
        throw badInput('offer', 'is not what was committed to');
      }
      return { offer: Buffer.from(offer), nonce: Buffer.from(nonce) };
    }).then(toProgress);
  }

  async progress(token: Uint8Array): Promise<PairingProgress> {
    return toProgress(this.#inTime(await this.source.manager.findOneBy(PairingEntity, this.#ofToken(token))));
  }

  async offer(id: string, caller: Caller): Promise<PairingOffer> {
    return toOffer(this.#inTime(await this.source.manager.findOneBy(PairingEntity, this.#ofDevice(id, caller))));
  }

  /** Leaves what the new device needs, in the transaction that enters it into the directory. Throws PAIRING_INVALID. */
  async approve(id: string, sealed: Uint8Array, caller: Caller, manager: EntityManager): Promise<PairingOffer> {
    const change = (row: PairingEntity): Partial<PairingEntity> => {
      if (!row.offer) throw invalid('the new device has not shown itself yet');
      if (row.sealed && !equalBytes(row.sealed, sealed)) throw invalid('this pairing was approved already');
      return { sealed: Buffer.from(sealed) };
    };
    return toOffer(await this.#changeWithin(manager, this.#ofDevice(id, caller), change));
  }

  /** By the new device: it has what it needs, or it will not have it. */
  async end(token: Uint8Array, ended: PairingEnd): Promise<void> {
    await this.#change(this.#ofToken(token), () => ({ ended, sealed: null }));
  }

  /** By the device that was to approve. */
  async refuse(id: string, caller: Caller): Promise<void> {
    await this.#change(this.#ofDevice(id, caller), (row) => {
      if (row.sealed) throw invalid('this pairing was approved already; revoke the device instead');
      return { ended: 'REFUSED' };
    });
  }

  #change(where: Where, change: (row: PairingEntity) => Partial<PairingEntity>): Promise<PairingEntity> {
    return this.source.transaction((manager) => this.#changeWithin(manager, where, change));
  }

  async #changeWithin(
    manager: EntityManager,
    where: Where,
    change: (row: PairingEntity) => Partial<PairingEntity>,
  ): Promise<PairingEntity> {
    const found = await manager.findOne(PairingEntity, { where, lock: { mode: 'pessimistic_write' } });
    const row = this.#inTime(found);
    if (row.ended) throw invalid('this pairing is over');
    const changed = change(row);
    await manager.update(PairingEntity, { id: row.id }, changed);
    return Object.assign(row, changed);
  }

  #inTime(row: PairingEntity | null): PairingEntity {
    if (!row) throw invalid('no pairing has this code, or it serves another device');
    if (row.expiresAt > this.clock.now()) return row;
    throw new Refusal('PAIRING_EXPIRED', 'this code is older than ten minutes');
  }

  #ofToken = (token: Uint8Array): Where => ({ tokenHash: hashOf(token) });

  #ofDevice = (id: string, { deviceId }: Caller): Where => ({ id: printable(id), deviceId });

  async #count(deviceId: string): Promise<void> {
    try {
      await this.#codes.consume(deviceId);
    } catch {
      throw new Refusal('RATE_LIMITED', 'too many codes were tried', { field: 'code' });
    }
  }
}

type Where = { tokenHash: Buffer } | { id: string; deviceId: string };

const invalid = (message: string): Refusal => new Refusal('PAIRING_INVALID', message);

/** PostgreSQL's text knows no zero character, and neither codes nor ids have one. */
const printable = (text: string): string => (/^[\w-]{1,64}$/.test(text) ? text : '');

function hashOf(token: Uint8Array): Buffer {
  return Buffer.from(sha256(token));
}

function requireAtMost({ length }: Uint8Array, most: number, field: string): void {
  if (length === 0 || length > most) throw badInput(field, `has from 1 to ${String(most)} bytes`);
}

function stateOf({ ended, sealed, offer, answer, deviceId }: PairingEntity): PairingState {
  if (ended) return PairingState[ended];
  if (sealed) return PairingState.APPROVED;
  if (offer) return PairingState.REVEALED;
  if (answer) return PairingState.ANSWERED;
  return deviceId === null ? PairingState.OPEN : PairingState.CLAIMED;
}

function toProgress(row: PairingEntity): PairingProgress {
  return { state: stateOf(row), answer: row.answer, sealed: row.sealed };
}

function toOffer(row: PairingEntity): PairingOffer {
  const { id, commitment, offer, nonce, expiresAt } = row;
  return { id, state: stateOf(row), commitment, offer, nonce, expiresAt };
}
