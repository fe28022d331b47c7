/** A transfer that stopped because nobody wants it now; what it has brought about is kept. */
export class TransferPaused extends Error {}

/** @throws TransferPaused */
export function requireWanted(isWanted: (() => boolean) | undefined): void {
  if (isWanted?.() === false) throw new TransferPaused();
}
