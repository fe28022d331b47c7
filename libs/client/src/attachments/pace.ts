import { ATTACHMENT_PIECE_BYTES } from '#contracts';

/** Pieces are cut so that each takes about this long: a slow line loses no more than that when it breaks. */
const UNHURRIED_MS = 4_000;
const SLOW_MS = 15_000;
const LEAST_BYTES = 64 * 1024;
/** Feels the way: a line of 64 kbit/s carries it before it counts as lost, and a fast one soon has the longest. */
const FIRST_BYTES = 256 * 1024;

/** How much of a file goes over a line at once, by how long it took before. */
export class Pace {
  bytes = FIRST_BYTES;

  took(milliseconds: number): void {
    if (milliseconds >= SLOW_MS) this.bytes = Math.max(LEAST_BYTES, this.bytes / 2);
    else if (milliseconds < UNHURRIED_MS) this.bytes = Math.min(ATTACHMENT_PIECE_BYTES, this.bytes * 2);
  }

  /** It was lost, or took too long. */
  broke(): void {
    this.took(SLOW_MS);
  }
}
