import { deriveKemKeyPair, hpkeReceiveExport, hpkeSendExport, utf8 } from '#primitives';

import { wipeAll } from './derivation.js';
import { guarded } from './sealing.js';
import { hashLength, suiteOf } from './suite.js';

const none = new Uint8Array(0);
const exporterContext = utf8('MLS 1.0 external init secret');

/** external_pub of an epoch (RFC 9420 section 8): who knows it can join by an external commit. */
export function externalPublicKey(suiteId: number, externalSecret: Uint8Array): Uint8Array {
  const { publicKey, privateKey } = deriveKemKeyPair(suiteOf(suiteId).kem, externalSecret);
  wipeAll(privateKey);
  return publicKey;
}

/** The init_secret that the sender of an external commit chooses (RFC 9420 section 8.3). @throws MlsError */
export function sendInitSecret(
  suiteId: number,
  externalPub: Uint8Array,
): { kemOutput: Uint8Array; initSecret: Uint8Array } {
  const suite = suiteOf(suiteId);
  const sent = guarded(() => hpkeSendExport(suite, externalPub, none, exporterContext, hashLength));
  return { kemOutput: sent.kemOutput, initSecret: sent.exported };
}

/** The same for the members, who share the external_secret. @throws MlsError `DECRYPTION_FAILED` */
export function receiveInitSecret(suiteId: number, externalSecret: Uint8Array, kemOutput: Uint8Array): Uint8Array {
  const suite = suiteOf(suiteId);
  const pair = deriveKemKeyPair(suite.kem, externalSecret);
  try {
    return guarded(() => hpkeReceiveExport(suite, pair, none, exporterContext, kemOutput, hashLength));
  } finally {
    wipeAll(pair.privateKey);
  }
}
