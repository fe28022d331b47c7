import type { KemName } from '#primitives/verify';

import { MlsError } from './errors.js';

/** What a cipher suite is made of (RFC 9420 section 5.1); hash and KDF are SHA-256 and signatures Ed25519 in all of ours. */
export interface CipherSuite {
  readonly id: number;
  readonly name: string;
  readonly kem: KemName;
  readonly aead: 'aes128gcm' | 'chacha20poly1305';
  /** Bytes of an HPKE public key. */
  readonly publicKeyLength: number;
  /** Bytes of a KEM output. */
  readonly kemOutputLength: number;
}

const suites: readonly CipherSuite[] = [
  {
    id: 0x0001,
    name: 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519',
    kem: 'x25519',
    aead: 'aes128gcm',
    publicKeyLength: 32,
    kemOutputLength: 32,
  },
  {
    id: 0x0003,
    name: 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519',
    kem: 'x25519',
    aead: 'chacha20poly1305',
    publicKeyLength: 32,
    kemOutputLength: 32,
  },
  {
    // draft-ietf-mls-pq-ciphersuites-06 (July 2026) has "TBD" for every number and no suite of this composition; 0x004D
    // is the number under which OpenMLS ships exactly this one, and IANA has given it to nobody else.
    id: 0x004d,
    name: 'MLS_256_XWING_CHACHA20POLY1305_SHA256_Ed25519',
    kem: 'xwing',
    aead: 'chacha20poly1305',
    publicKeyLength: 1216,
    kemOutputLength: 1120,
  },
];

/** The hybrid post-quantum suite. */
export const defaultSuite = 0x004d;

export const suiteIds: readonly number[] = suites.map(({ id }) => id);

/** KDF.Nh: bytes of a hash and of every secret of the key schedule. */
export const hashLength = 32;

export const signatureKeyLength = 32;

/** @throws MlsError `UNSUPPORTED` */
export function suiteOf(id: number): CipherSuite {
  const suite = suites.find((candidate) => candidate.id === id);
  if (suite === undefined) throw new MlsError('UNSUPPORTED', `cipher suite ${String(id)} is not supported`);
  return suite;
}
