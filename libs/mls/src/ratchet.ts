import { aeadKeyLength, aeadNonceLength } from '#primitives';

import { decodeWith, encodeWith } from './codec.js';
import type { Reader, Writer } from './codec.js';
import { deriveTreeSecret, wipeAll } from './derivation.js';
import { broken } from './rules.js';
import { hashLength } from './suite.js';
import type { CipherSuite } from './suite.js';

/** A key and nonce for one message. */
export interface MessageKeys {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
}

interface LateKeys extends MessageKeys {
  readonly generation: number;
}

/** How many unused earlier generations are kept, and how far ahead a message may be (RFC 9420 section 15.3). */
export const lateWindow = 64;
export const forwardWindow = 1000;

const lastGeneration = 2 ** 32 - 1;

/** A hash ratchet of one sender (RFC 9420 section 9.1), immutable: a step yields the next one. */
export class Ratchet {
  private constructor(
    private readonly suite: CipherSuite,
    private readonly secret: Uint8Array,
    /** The next generation that was never used. */
    readonly generation: number,
    private readonly late: readonly LateKeys[],
  ) {}

  static start(suite: CipherSuite, secret: Uint8Array): Ratchet {
    return new Ratchet(suite, secret, 0, []);
  }

  static decode(suite: CipherSuite, bytes: Uint8Array): Ratchet {
    return decodeWith((reader) => {
      const generation = reader.uint32();
      const secret = reader.opaque();
      return new Ratchet(suite, secret, generation, reader.vector(decodeLate));
    }, bytes);
  }

  encode(): Uint8Array {
    return encodeWith((writer, ratchet: Ratchet) => {
      writer.uint32(ratchet.generation);
      writer.opaque(ratchet.secret);
      writer.vector(ratchet.late, encodeLate);
    }, this);
  }

  /**
   * Keys of a generation, for the caller to overwrite, and the ratchet without them. The old ratchet stays valid until
   * `retire`, so that a message that does not authenticate consumes nothing.
   * @throws MlsError `GENERATION_USED`, `GENERATION_TOO_FAR`
   */
  use(generation: number): { keys: MessageKeys; next: Ratchet } {
    return generation < this.generation ? this.useLate(generation) : this.useAhead(generation);
  }

  /** Overwrites what `next`, the ratchet that is kept of the two before and after a use, does not hold. */
  retire(next: Ratchet): void {
    if (this.secret !== next.secret) wipeAll(this.secret);
    const kept = new Set(next.late);
    for (const keys of this.late) if (!kept.has(keys)) wipeAll(keys.key, keys.nonce);
  }

  wipe(): void {
    wipeAll(this.secret, ...this.late.flatMap(({ key, nonce }) => [key, nonce]));
  }

  private useLate(generation: number): { keys: MessageKeys; next: Ratchet } {
    const keys = this.late.find((candidate) => candidate.generation === generation);
    if (keys === undefined) throw broken('valn090101');
    const late = this.late.filter((candidate) => candidate !== keys);
    const copies = { key: keys.key.slice(), nonce: keys.nonce.slice() };
    return { keys: copies, next: new Ratchet(this.suite, this.secret, this.generation, late) };
  }

  private useAhead(generation: number): { keys: MessageKeys; next: Ratchet } {
    if (generation - this.generation > forwardWindow || generation >= lastGeneration) {
      throw broken('valn150301');
    }
    const skipped: LateKeys[] = [];
    let secret = this.secret;
    for (let at = this.generation; at < generation; at++) {
      if (generation - at <= lateWindow) skipped.push({ generation: at, ...this.keysAt(secret, at) });
      secret = this.step(secret, at);
    }
    const keys = this.keysAt(secret, generation);
    const late = [...this.late, ...skipped];
    const kept = late.slice(Math.max(0, late.length - lateWindow));
    return { keys, next: new Ratchet(this.suite, this.step(secret, generation), generation + 1, kept) };
  }

  private keysAt(secret: Uint8Array, generation: number): MessageKeys {
    return {
      key: deriveTreeSecret(secret, 'key', generation, aeadKeyLength(this.suite.aead)),
      nonce: deriveTreeSecret(secret, 'nonce', generation, aeadNonceLength),
    };
  }

  private step(secret: Uint8Array, generation: number): Uint8Array {
    const next = deriveTreeSecret(secret, 'secret', generation, hashLength);
    if (secret !== this.secret) wipeAll(secret);
    return next;
  }
}

function encodeLate(writer: Writer, late: LateKeys): void {
  writer.uint32(late.generation);
  writer.opaque(late.key);
  writer.opaque(late.nonce);
}

function decodeLate(reader: Reader): LateKeys {
  return { generation: reader.uint32(), key: reader.opaque(), nonce: reader.opaque() };
}
