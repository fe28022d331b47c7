import { randomBytes, toHex } from '#primitives';

/** A new UUIDv7 (RFC 9562 section 5.7), lower case. */
export function newUuid(now: Date): string {
  const bytes = randomBytes(16);
  let milliseconds = now.getTime();
  for (let i = 5; i >= 0; i--) {
    bytes[i] = milliseconds % 256;
    milliseconds = Math.floor(milliseconds / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** When a UUIDv7 says that it was made. */
export function timeOfUuid(uuid: string): Date {
  return new Date(Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16));
}

/** A new group id: 16 random bytes as lower-case hexadecimal. */
export function newGroupId(): string {
  return toHex(randomBytes(16));
}
