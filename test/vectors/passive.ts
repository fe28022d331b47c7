import { equalBytes, kemKeyPair, signingPublicKey, toHex } from '#primitives';

import { Group } from '#mls';

import { encodeKeyPackageSecrets } from '../../libs/mls/src/keyPackageCreation.js';
import { decodeMessage, decodeMessageOf } from '../../libs/mls/src/message.js';
import { suiteOf } from '../../libs/mls/src/suite.js';
import { assert, foreignSuite, hex, same } from './handler.js';
import type { Skipped } from './handler.js';

interface PassiveClient {
  cipher_suite: number;
  external_psks: { psk_id: string; psk: string }[];
  key_package: string;
  signature_priv: string;
  encryption_priv: string;
  init_priv: string;
  welcome: string;
  ratchet_tree: string | null;
  initial_epoch_authenticator: string;
  epochs: { proposals: string[]; commit: string; epoch_authenticator: string }[];
}

export function passiveClient(entry: PassiveClient): Skipped {
  const skipped = foreignSuite(entry);
  if (skipped === undefined) follow(entry);
  return skipped;
}

function follow(entry: PassiveClient): void {
  const psks = entry.external_psks.map((psk) => ({ id: hex(psk.psk_id), secret: hex(psk.psk) }));
  const group = join(entry, psks);
  same(group.epochAuthenticator, entry.initial_epoch_authenticator, 'initial_epoch_authenticator');
  const options = { ...clockOf(entry), psks, acceptNewMembers: true, maxLifetimeSeconds: Infinity };
  for (const [i, epoch] of entry.epochs.entries()) {
    for (const proposal of epoch.proposals) group.receiveProposal(hex(proposal), options);
    group.apply(group.stage(hex(epoch.commit), options));
    same(group.epochAuthenticator, epoch.epoch_authenticator, `epoch_authenticator ${String(i)}`);
  }
}

function join(entry: PassiveClient, psks: { id: Uint8Array; secret: Uint8Array }[]): Group {
  const suite = suiteOf(entry.cipher_suite);
  const keyPackage = decodeMessageOf(hex(entry.key_package), 'keyPackage');
  const { initKey, leafNode } = keyPackage;
  const publicKey = signingPublicKey(hex(entry.signature_priv));
  assert.ok(equalBytes(publicKey, leafNode.signatureKey), 'signature_priv');
  same(kemKeyPair(suite.kem, hex(entry.init_priv)).publicKey, toHex(initKey), 'init_priv');
  same(kemKeyPair(suite.kem, hex(entry.encryption_priv)).publicKey, toHex(leafNode.encryptionKey), 'encryption_priv');
  const secrets = { initPrivateKey: hex(entry.init_priv), leafPrivateKey: hex(entry.encryption_priv) };
  return Group.join({
    welcome: hex(entry.welcome),
    keyPackage: hex(entry.key_package),
    keyPackageSecrets: encodeKeyPackageSecrets(secrets),
    signatureKeyPair: { publicKey, privateKey: hex(entry.signature_priv) },
    ...(entry.ratchet_tree === null ? {} : { ratchetTree: hex(entry.ratchet_tree) }),
    psks,
    maxLifetimeSeconds: Infinity,
  });
}

/** A time at which the client's own KeyPackage was valid: the vectors are older than today. */
function clockOf(entry: PassiveClient): { now: number } {
  const message = decodeMessage(hex(entry.key_package));
  assert.ok(message.kind === 'keyPackage' && message.body.leafNode.source.kind === 'keyPackage');
  const { notBefore, notAfter } = message.body.leafNode.source.lifetime;
  return { now: Number((notBefore + notAfter) / 2n) * 1000 };
}
