import { open, seal, utf8 } from '#primitives';

/** Plaintext bytes of a piece. */
const PIECE = 64 * 1024;
/** What sealing adds to a piece: nonce and tag. */
const OVERHEAD = 24 + 16;
const SEALED_PIECE = PIECE + OVERHEAD;

/**
 * A file of the private file system that nobody reads without its key. It is sealed piece by piece (XChaCha20-Poly1305, the piece's
 * number in the associated data), so that any place of it can be read and written without the rest.
 */
export class SealedFile {
  constructor(
    private readonly handle: FileSystemSyncAccessHandle,
    private readonly key: Uint8Array,
  ) {}

  /** Plaintext bytes. */
  get size(): number {
    const sealed = this.handle.getSize();
    const whole = Math.floor(sealed / SEALED_PIECE);
    return whole * PIECE + Math.max(0, (sealed % SEALED_PIECE) - OVERHEAD);
  }

  /** So many bytes from a position, fewer at the end of the file. @throws PrimitivesError when the file was changed by others */
  read(position: number, length: number): Uint8Array {
    const end = Math.min(position + length, this.size);
    const bytes = new Uint8Array(Math.max(0, end - position));
    for (let at = position; at < end;) {
      const piece = Math.floor(at / PIECE);
      const part = this.piece(piece).subarray(at - piece * PIECE, end - piece * PIECE);
      bytes.set(part, at - position);
      at += part.length;
    }
    return bytes;
  }

  /** A gap before `position` is filled with zeros. */
  write(position: number, bytes: Uint8Array): void {
    const { size } = this;
    if (position > size) this.write(size, new Uint8Array(position - size));
    for (let done = 0; done < bytes.length;) {
      const at = position + done;
      const piece = Math.floor(at / PIECE);
      const part = bytes.subarray(done, done + (piece + 1) * PIECE - at);
      this.patch(piece, at - piece * PIECE, part);
      done += part.length;
    }
  }

  /** Cuts off what lies behind so many bytes. */
  truncate(size: number): void {
    if (size >= this.size) return;
    const piece = Math.floor(size / PIECE);
    const rest = size - piece * PIECE;
    const kept = rest > 0 ? this.piece(piece).slice(0, rest) : undefined;
    this.handle.truncate(piece * SEALED_PIECE);
    if (kept) this.put(piece, kept);
  }

  sync(): void {
    this.handle.flush();
  }

  close(): void {
    this.handle.close();
  }

  private patch(piece: number, offset: number, part: Uint8Array): void {
    const held = offset === 0 && part.length === PIECE ? new Uint8Array(0) : this.piece(piece);
    const whole = new Uint8Array(Math.max(held.length, offset + part.length));
    whole.set(held);
    whole.set(part, offset);
    this.put(piece, whole);
  }

  /** Empty where the file ends before. */
  private piece(piece: number): Uint8Array {
    const sealed = new Uint8Array(SEALED_PIECE);
    const count = this.handle.read(sealed, { at: piece * SEALED_PIECE });
    return count === 0 ? new Uint8Array(0) : open(this.key, sealed.subarray(0, count), placeOf(piece));
  }

  private put(piece: number, plain: Uint8Array): void {
    const sealed = seal(this.key, plain, placeOf(piece));
    const written = this.handle.write(sealed, { at: piece * SEALED_PIECE });
    if (written < sealed.length) throw new DOMException('the origin has used up its space', 'QuotaExceededError');
  }
}

function placeOf(piece: number): Uint8Array {
  return utf8(`chancery file piece ${String(piece)}`);
}
