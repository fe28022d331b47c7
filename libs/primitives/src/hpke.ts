import { aeadDecrypt, aeadEncrypt, aeadKeyLength, aeadNonceLength } from './aead.js';
import type { AeadName } from './aead.js';
import { concatBytes, utf8, wipe } from './bytes.js';
import { decapsulate, encapsulate, kemId, labeledExpand, labeledExtract } from './kem.js';
import type { KemKeyPair } from './kem.js';
import type { KemName } from './kemPublicKey.js';

/** The KDF is HKDF-SHA256 in every suite. */
export interface HpkeSuite {
  readonly kem: KemName;
  readonly aead: AeadName;
}

export interface HpkeCiphertext {
  readonly kemOutput: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** Encrypts one message to a public key under the suite and info that it was made for. */
export type HpkeSealer = (publicKey: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array) => HpkeCiphertext;

interface MessageContext {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
}

const modeBase = 0x00;
const hkdfSha256Id = 0x0001;
const aeadIds = { aes128gcm: 0x0001, chacha20poly1305: 0x0003 } as const;
const empty = new Uint8Array(0);

/**
 * SealBase (RFC 9180 section 6.1) for several recipients of messages with the same info, which is hashed once. Each call
 * encapsulates anew. @throws PrimitivesError `INVALID_KEY` when called
 */
export function hpkeSealer(suite: HpkeSuite, info: Uint8Array): HpkeSealer {
  const schedule = scheduleContext(suite, info);
  return (publicKey, associatedData, plaintext) => {
    const { kemOutput, sharedSecret } = encapsulate(suite.kem, publicKey);
    const context = messageContext(suite, sharedSecret, schedule);
    const ciphertext = aeadEncrypt(suite.aead, context.key, context.nonce, associatedData, plaintext);
    wipeContext(context);
    return { kemOutput, ciphertext };
  };
}

/** Encrypts one message to a public key (RFC 9180 section 6.1, SealBase). @throws PrimitivesError `INVALID_KEY` */
export function hpkeSeal(
  suite: HpkeSuite,
  publicKey: Uint8Array,
  info: Uint8Array,
  associatedData: Uint8Array,
  plaintext: Uint8Array,
): HpkeCiphertext {
  return hpkeSealer(suite, info)(publicKey, associatedData, plaintext);
}

/** OpenBase (RFC 9180 section 6.1). @throws PrimitivesError `DECRYPTION_FAILED`, `INVALID_KEY` */
export function hpkeOpen(
  suite: HpkeSuite,
  pair: KemKeyPair,
  info: Uint8Array,
  associatedData: Uint8Array,
  { kemOutput, ciphertext }: HpkeCiphertext,
): Uint8Array {
  const context = messageContext(suite, decapsulate(suite.kem, pair, kemOutput), scheduleContext(suite, info));
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
  const secret = scheduledSecret(suite, sharedSecret);
  const exporterSecret = labeledExpand(suiteIdOf(suite), secret, 'exp', scheduleContext(suite, info), 32);
  const exported = labeledExpand(suiteIdOf(suite), exporterSecret, 'sec', exporterContext, length);
  wipe(secret);
  wipe(exporterSecret);
  return exported;
}

function suiteIdOf({ kem, aead }: HpkeSuite): Uint8Array {
  return concatBytes(utf8('HPKE'), uint16(kemId(kem)), uint16(hkdfSha256Id), uint16(aeadIds[aead]));
}

/** key_schedule_context of RFC 9180 section 5.1 in base mode: all that the schedule needs of `info`. */
function scheduleContext(suite: HpkeSuite, info: Uint8Array): Uint8Array {
  const id = suiteIdOf(suite);
  const pskIdHash = labeledExtract(id, empty, 'psk_id_hash', empty);
  const infoHash = labeledExtract(id, empty, 'info_hash', info);
  return concatBytes(Uint8Array.of(modeBase), pskIdHash, infoHash);
}

/** The secret of RFC 9180 section 5.1, from which everything else is expanded; consumes the shared secret. */
function scheduledSecret(suite: HpkeSuite, sharedSecret: Uint8Array): Uint8Array {
  const secret = labeledExtract(suiteIdOf(suite), sharedSecret, 'secret', empty);
  wipe(sharedSecret);
  return secret;
}

/**
 * Key and nonce of RFC 9180 section 5.1; consumes the shared secret. They are used for one message only, so that its
 * nonce is the base nonce (sequence number 0) and no key and nonce pair can come twice.
 */
function messageContext(suite: HpkeSuite, sharedSecret: Uint8Array, schedule: Uint8Array): MessageContext {
  const id = suiteIdOf(suite);
  const secret = scheduledSecret(suite, sharedSecret);
  const key = labeledExpand(id, secret, 'key', schedule, aeadKeyLength(suite.aead));
  const nonce = labeledExpand(id, secret, 'base_nonce', schedule, aeadNonceLength);
  wipe(secret);
  return { key, nonce };
}

function wipeContext(context: MessageContext): void {
  wipe(context.key);
  wipe(context.nonce);
}

const uint16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
