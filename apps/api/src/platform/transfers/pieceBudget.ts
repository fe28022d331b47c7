import { Injectable } from '@nestjs/common';

import { ATTACHMENT_PIECE_BYTES } from '#contracts';

import { Refusal } from '../refusal.js';

/** Bytes of pieces that this instance holds in memory at once. */
const BUDGET_BYTES = 12 * ATTACHMENT_PIECE_BYTES;
const PER_DEVICE = 2;
const MAX_WAITING = 256;
/** Buffers that are kept for the next piece: left to the garbage collector, many would wait for it at once. */
const MAX_KEPT = 4;

interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

/** Keeps the memory of uploads bounded: pieces beyond the budget wait for their turn before they are read. */
@Injectable()
export class PieceBudget {
  #free = BUDGET_BYTES;
  readonly #waiting: Waiting[] = [];
  readonly #devices = new Map<string, number>();
  readonly #kept: Buffer[] = [];

  /**
   * Runs `work` with a buffer of so many bytes, which is its own until it ends, when there is room for one. Throws
   * RATE_LIMITED when too many wait, or this device has enough.
   */
  async hold<Result>(deviceId: string, bytes: number, work: (into: Buffer) => Promise<Result>): Promise<Result> {
    const held = this.#devices.get(deviceId) ?? 0;
    if (held >= PER_DEVICE || this.#waiting.length >= MAX_WAITING) {
      throw new Refusal('RATE_LIMITED', 'too many pieces are on their way; try again in a second');
    }
    this.#devices.set(deviceId, held + 1);
    await this.#room(bytes);
    try {
      const buffer = this.#buffer(bytes);
      const result = await work(buffer.subarray(0, bytes));
      // only now: what failed may still be on its way to a store
      if (buffer.length === ATTACHMENT_PIECE_BYTES && this.#kept.length < MAX_KEPT) this.#kept.push(buffer);
      return result;
    } finally {
      this.#release(deviceId, bytes);
    }
  }

  /** Small pieces, which slow lines bring, take no more memory than they are counted for. */
  #buffer(bytes: number): Buffer {
    if (bytes <= ATTACHMENT_PIECE_BYTES / 2) return Buffer.allocUnsafeSlow(bytes);
    return this.#kept.pop() ?? Buffer.allocUnsafeSlow(ATTACHMENT_PIECE_BYTES);
  }

  async #room(bytes: number): Promise<void> {
    if (this.#waiting.length === 0 && bytes <= this.#free) this.#free -= bytes;
    else await new Promise<void>((start) => this.#waiting.push({ bytes, start }));
  }

  #release(deviceId: string, bytes: number): void {
    const held = this.#devices.get(deviceId) ?? 1;
    if (held > 1) this.#devices.set(deviceId, held - 1);
    else this.#devices.delete(deviceId);
    this.#free += bytes;
    for (let next = this.#waiting[0]; next !== undefined && next.bytes <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.bytes;
      next.start();
    }
  }
}
