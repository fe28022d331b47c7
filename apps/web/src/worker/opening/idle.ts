/** Who leaves the machine is asked for the passphrase again. */
const IDLE_MS = 15 * 60_000;
/** How often the clock is looked at. */
const LOOK_MS = 5_000;

/**
 * Locks when nobody has been here for a quarter of an hour by the clock on the wall: a machine that was asleep meanwhile counts as left, which a
 * timer alone would not notice. So does one whose clock was put back or forward by as much.
 */
export class IdleLock {
  #seenAt = 0;
  #looking: ReturnType<typeof setInterval> | undefined;

  readonly #lock: () => void;

  constructor(lock: () => void) {
    this.#lock = lock;
  }

  /** The vault was opened. */
  begin(): void {
    this.end();
    this.#seenAt = Date.now();
    this.#looking = setInterval(() => {
      this.#look();
    }, LOOK_MS);
  }

  end(): void {
    clearInterval(this.#looking);
  }

  /** The person is there; who comes back after the time finds the vault locked all the same. */
  touch(): void {
    if (this.#isOver()) this.#look();
    else this.#seenAt = Date.now();
  }

  #look(): void {
    if (!this.#isOver()) return;
    this.end();
    this.#lock();
  }

  #isOver(): boolean {
    return Math.abs(Date.now() - this.#seenAt) > IDLE_MS;
  }
}
