import type { StopSignal } from '../ports/transport.js';

/** A transfer that stopped because nobody wants it now; what it has brought about is kept. */
export class TransferPaused extends Error {}

/** How long a transfer is wanted. */
export interface Wish {
  /** Asked before each piece; when it says no, the transfer ends where it is. Default: always. */
  readonly isWanted?: () => boolean;
  /** Ends it at once, with the piece that is on the line. */
  readonly stop?: StopSignal | undefined;
}

/** @throws TransferPaused */
export function requireWanted({ isWanted, stop }: Wish): void {
  if (stop?.isGiven === true || isWanted?.() === false) throw new TransferPaused();
}
