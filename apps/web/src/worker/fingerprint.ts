import { fromBase64Url, toHex } from '#primitives';

/** A fingerprint as people read it out: groups of four hexadecimal digits. @param fingerprint base64url */
export function fingerprintGroups(fingerprint: string): string[] {
  return toHex(fromBase64Url(fingerprint)).toUpperCase().match(/.{4}/gu) ?? [];
}
