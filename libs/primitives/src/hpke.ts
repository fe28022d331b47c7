import { aeadDecrypt, aeadEncrypt, aeadKeyLength, aeadNonceLength } from './aead.js';
import type { AeadName } from './aead.js';
import { concatBytes, utf8, wipe } from './bytes.js';
import { decapsulate, encapsulate, kemId, labeledExpand, labeledExtract } from './kem.js';
import type { KemKeyPair, KemName } from './kem.js';

/** The KDF is HKDF-SHA256 in every suite. */
export interface HpkeSuite {
  readonly kem: KemName;
  readonly aead: AeadName;
}

export interface HpkeCiphertext {
  readonly kemOutput: Uint8Array;
  readonly ciphertext: Uint8Array;
}

interface Context {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly exporterSecret: Uint8Array;
}

const modeBase = 0x00;
const hkdfSha256Id = 0x0001;
const aeadIds = { aes128gcm: 0x0001, chacha20poly1305: 0x0003 } as const;
const empty = new Uint8Array(0);

/** Encrypts one message to a public key (RFC 9180 section 6.1, SealBase). @throws PrimitivesError `INVALID_KEY` */
export function hpkeSeal(
  suite: HpkeSuite,
  publicKey: Uint8Array,
  info: Uint8Array,
  associatedData: Uint8Array,
  plaintext: Uint8Array,
): HpkeCiphertext {
  const { kemOutput, sharedSecret } = encapsulate(suite.kem, publicKey);
  const context = keySchedule(suite, sharedSecret, info);
  const ciphertext = aeadEncrypt(suite.aead, context.key, context.nonce, associatedData, plaintext);
  wipeContext(context);
  return { kemOutput, ciphertext };
}

/** OpenBase (RFC 9180 section 6.1). @throws PrimitivesError `DECRYPTION_FAILED`, `INVALID_KEY` */
export function hpkeOpen(
  suite: HpkeSuite,
  pair: KemKeyPair,
  info: Uint8Array,
  associatedData: Uint8Array,
  { kemOutput, ciphertext }: HpkeCiphertext,
): Uint8Array {
  const context = keySchedule(suite, decapsulate(suite.kem, pair, kemOutput), info);
  try {
    return aeadDecrypt(suite.aead, context.key, context.nonce, associatedData, ciphertext);
  } finally {
    wipeContext(context);
  }
}

/** SendExportBase (RFC 9180 section 6.2): a secret that only the holder of the private key can derive too. */
export function hpkeSendExport(
  suite: HpkeSuite,
  publicKey: Uint8Array,
  info: Uint8Array,
  exporterContext: Uint8Array,
  length: number,
): { kemOutput: Uint8Array; exported: Uint8Array } {
  const { kemOutput, sharedSecret } = encapsulate(suite.kem, publicKey);
  return { kemOutput, exported: exportSecret(suite, sharedSecret, info, exporterContext, length) };
}

/** ReceiveExportBase (RFC 9180 section 6.2). */
export function hpkeReceiveExport(
  suite: HpkeSuite,
  pair: KemKeyPair,
  info: Uint8Array,
  exporterContext: Uint8Array,
  kemOutput: Uint8Array,
  length: number,
): Uint8Array {
  return exportSecret(suite, decapsulate(suite.kem, pair, kemOutput), info, exporterContext, length);
}

function exportSecret(
  suite: HpkeSuite,
  sharedSecret: Uint8Array,
  info: Uint8Array,
  exporterContext: Uint8Array,
  length: number,
): Uint8Array {
  const context = keySchedule(suite, sharedSecret, info);
  const exported = labeledExpand(suiteIdOf(suite), context.exporterSecret, 'sec', exporterContext, length);
  wipeContext(context);
  return exported;
}

function suiteIdOf({ kem, aead }: HpkeSuite): Uint8Array {
  return concatBytes(utf8('HPKE'), uint16(kemId(kem)), uint16(hkdfSha256Id), uint16(aeadIds[aead]));
}

/**
 * KeySchedule of RFC 9180 section 5.1 in base mode; consumes the shared secret. The context is used for one message
 * only, so that its nonce is the base nonce (sequence number 0) and no key and nonce pair can come twice.
 */
function keySchedule(suite: HpkeSuite, sharedSecret: Uint8Array, info: Uint8Array): Context {
  const id = suiteIdOf(suite);
  const pskIdHash = labeledExtract(id, empty, 'psk_id_hash', empty);
  const infoHash = labeledExtract(id, empty, 'info_hash', info);
  const schedule = concatBytes(Uint8Array.of(modeBase), pskIdHash, infoHash);
  const secret = labeledExtract(id, sharedSecret, 'secret', empty);
  wipe(sharedSecret);
  const key = labeledExpand(id, secret, 'key', schedule, aeadKeyLength(suite.aead));
  const nonce = labeledExpand(id, secret, 'base_nonce', schedule, aeadNonceLength);
  const exporterSecret = labeledExpand(id, secret, 'exp', schedule, 32);
  wipe(secret);
  return { key, nonce, exporterSecret };
}

function wipeContext(context: Context): void {
  wipe(context.key);
  wipe(context.nonce);
  wipe(context.exporterSecret);
}

const uint16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
