import { createSigner, deriveKemKeyPair, kemKeyPair, toHex } from '#primitives';

import { epochOf, leafIndex } from '../../libs/mls/src/brand.js';
import { decodeWith } from '../../libs/mls/src/codec.js';
import { deriveSecret, deriveTreeSecret, expandWithLabel, mac } from '../../libs/mls/src/derivation.js';
import { decodeAuthenticatedContent } from '../../libs/mls/src/framing.js';
import { groupContextBytes } from '../../libs/mls/src/groupContext.js';
import type { GroupContext } from '../../libs/mls/src/groupContext.js';
import { epochSecretsOf, exportFrom, joinerSecretOf, memberSecretOf } from '../../libs/mls/src/keySchedule.js';
import { refHash, verifyWithLabel } from '../../libs/mls/src/labels.js';
import { senderDataKeys } from '../../libs/mls/src/messageProtection.js';
import type { PreSharedKeyId } from '../../libs/mls/src/preSharedKey.js';
import { externalPskLookup, pskSecret } from '../../libs/mls/src/psk.js';
import { RecordLog } from '../../libs/mls/src/recordLog.js';
import { decryptWithLabel, encryptWithLabel, signWithLabel } from '../../libs/mls/src/sealing.js';
import { SecretTree } from '../../libs/mls/src/secretTree.js';
import type { RatchetKind } from '../../libs/mls/src/secretTree.js';
import { suiteOf } from '../../libs/mls/src/suite.js';
import { confirmedTranscriptHash, interimTranscriptHash } from '../../libs/mls/src/transcript.js';
import { assert, foreignSuite, hex, same } from './handler.js';
import type { Skipped } from './handler.js';

interface CryptoBasics {
  cipher_suite: number;
  ref_hash: { label: string; value: string; out: string };
  expand_with_label: { secret: string; label: string; context: string; length: number; out: string };
  derive_secret: { secret: string; label: string; out: string };
  derive_tree_secret: { secret: string; label: string; generation: number; length: number; out: string };
  sign_with_label: { priv: string; pub: string; content: string; label: string; signature: string };
  encrypt_with_label: {
    priv: string;
    pub: string;
    label: string;
    context: string;
    plaintext: string;
    kem_output: string;
    ciphertext: string;
  };
}

export function cryptoBasics(entry: CryptoBasics): Skipped {
  const skipped = foreignSuite(entry);
  if (skipped !== undefined) return skipped;
  const { ref_hash: ref, expand_with_label: expand, derive_secret: derive, derive_tree_secret: tree } = entry;
  same(refHash(ref.label, hex(ref.value)), ref.out, 'ref_hash');
  same(expandWithLabel(hex(expand.secret), expand.label, hex(expand.context), expand.length), expand.out, 'expand');
  same(deriveSecret(hex(derive.secret), derive.label), derive.out, 'derive_secret');
  same(deriveTreeSecret(hex(tree.secret), tree.label, tree.generation, tree.length), tree.out, 'derive_tree_secret');
  checkSigning(entry.sign_with_label);
  checkEncryption(entry.cipher_suite, entry.encrypt_with_label);
  return undefined;
}

function checkSigning(entry: CryptoBasics['sign_with_label']): void {
  const publicKey = hex(entry.pub);
  const content = hex(entry.content);
  assert.ok(verifyWithLabel(publicKey, entry.label, content, hex(entry.signature)), 'signature');
  const signature = signWithLabel(createSigner(hex(entry.priv)), entry.label, content);
  assert.ok(verifyWithLabel(publicKey, entry.label, content, signature), 'own signature');
}

function checkEncryption(suiteId: number, entry: CryptoBasics['encrypt_with_label']): void {
  const suite = suiteOf(suiteId);
  const pair = kemKeyPair(suite.kem, hex(entry.priv));
  const context = hex(entry.context);
  same(pair.publicKey, entry.pub, 'pub');
  const given = { kemOutput: hex(entry.kem_output), ciphertext: hex(entry.ciphertext) };
  same(decryptWithLabel(suite, pair, entry.label, context, given), entry.plaintext, 'decrypt');
  const own = encryptWithLabel(suite, pair.publicKey, entry.label, context, hex(entry.plaintext));
  same(decryptWithLabel(suite, pair, entry.label, context, own), entry.plaintext, 'decrypt own');
}

interface SecretTreeEntry {
  cipher_suite: number;
  sender_data: { sender_data_secret: string; ciphertext: string; key: string; nonce: string };
  encryption_secret: string;
  leaves: {
    generation: number;
    handshake_key: string;
    handshake_nonce: string;
    application_key: string;
    application_nonce: string;
  }[][];
}

export function secretTree(entry: SecretTreeEntry): Skipped {
  const skipped = foreignSuite(entry);
  if (skipped !== undefined) return skipped;
  const suite = suiteOf(entry.cipher_suite);
  const { sender_data_secret: secret, ciphertext, key, nonce } = entry.sender_data;
  const senderData = senderDataKeys(suite, hex(secret), hex(ciphertext));
  same(senderData.key, key, 'sender_data.key');
  same(senderData.nonce, nonce, 'sender_data.nonce');
  const tree = SecretTree.start(suite, entry.leaves.length, hex(entry.encryption_secret), new RecordLog(), '');
  for (const [leaf, generations] of entry.leaves.entries()) {
    for (const row of generations) {
      checkGeneration(tree, leaf, 'handshake', row.generation, row.handshake_key, row.handshake_nonce);
      checkGeneration(tree, leaf, 'application', row.generation, row.application_key, row.application_nonce);
    }
  }
  return undefined;
}

function checkGeneration(
  tree: SecretTree,
  leaf: number,
  kind: RatchetKind,
  generation: number,
  key: string,
  nonce: string,
): void {
  const { keys, next } = tree.ratchet(leafIndex(leaf), kind).use(generation);
  same(keys.key, key, `${kind} key ${String(generation)}`);
  same(keys.nonce, nonce, `${kind} nonce ${String(generation)}`);
  tree.advance(leafIndex(leaf), kind, next);
}

interface KeyScheduleEntry {
  cipher_suite: number;
  group_id: string;
  initial_init_secret: string;
  epochs: (Record<
    | 'tree_hash'
    | 'commit_secret'
    | 'psk_secret'
    | 'confirmed_transcript_hash'
    | 'group_context'
    | 'joiner_secret'
    | 'welcome_secret'
    | 'init_secret'
    | 'sender_data_secret'
    | 'encryption_secret'
    | 'exporter_secret'
    | 'epoch_authenticator'
    | 'external_secret'
    | 'confirmation_key'
    | 'membership_key'
    | 'resumption_psk'
    | 'external_pub',
    string
  > & { exporter: { label: string; context: string; length: number; secret: string } })[];
}

export function keySchedule(entry: KeyScheduleEntry): Skipped {
  const skipped = foreignSuite(entry);
  if (skipped !== undefined) return skipped;
  let initSecret = hex(entry.initial_init_secret);
  for (const [i, epoch] of entry.epochs.entries()) {
    initSecret = checkEpoch(entry, epoch, i, initSecret);
  }
  return undefined;
}

function checkEpoch(
  { cipher_suite: cipherSuite, group_id: groupId }: KeyScheduleEntry,
  epoch: KeyScheduleEntry['epochs'][number],
  number: number,
  initSecret: Uint8Array,
): Uint8Array {
  const context: GroupContext = {
    version: 1,
    cipherSuite,
    groupId: hex(groupId),
    epoch: epochOf(number),
    treeHash: hex(epoch.tree_hash),
    confirmedTranscriptHash: hex(epoch.confirmed_transcript_hash),
    extensions: [],
  };
  same(groupContextBytes(context), epoch.group_context, 'group_context');
  const joinerSecret = joinerSecretOf(initSecret, hex(epoch.commit_secret), context);
  same(joinerSecret, epoch.joiner_secret, 'joiner_secret');
  const memberSecret = memberSecretOf(joinerSecret, hex(epoch.psk_secret));
  same(deriveSecret(memberSecret, 'welcome'), epoch.welcome_secret, 'welcome_secret');
  const secrets = epochSecretsOf(memberSecret, context);
  same(secrets.initSecret, epoch.init_secret, 'init_secret');
  same(secrets.senderDataSecret, epoch.sender_data_secret, 'sender_data_secret');
  same(secrets.encryptionSecret, epoch.encryption_secret, 'encryption_secret');
  same(secrets.exporterSecret, epoch.exporter_secret, 'exporter_secret');
  same(secrets.epochAuthenticator, epoch.epoch_authenticator, 'epoch_authenticator');
  same(secrets.externalSecret, epoch.external_secret, 'external_secret');
  same(secrets.confirmationKey, epoch.confirmation_key, 'confirmation_key');
  same(secrets.membershipKey, epoch.membership_key, 'membership_key');
  same(secrets.resumptionPsk, epoch.resumption_psk, 'resumption_psk');
  const external = deriveKemKeyPair(suiteOf(cipherSuite).kem, secrets.externalSecret);
  same(external.publicKey, epoch.external_pub, 'external_pub');
  const { label, context: exporterContext, length, secret } = epoch.exporter;
  same(exportFrom(secrets.exporterSecret, label, hex(exporterContext), length), secret, 'exporter');
  return secrets.initSecret;
}

interface PskEntry {
  cipher_suite: number;
  psks: { psk_id: string; psk: string; psk_nonce: string }[];
  psk_secret: string;
}

export function pskSecretEntry(entry: PskEntry): Skipped {
  const skipped = foreignSuite(entry);
  if (skipped !== undefined) return skipped;
  const ids = entry.psks.map((psk): PreSharedKeyId => ({
    kind: 'external',
    id: hex(psk.psk_id),
    nonce: hex(psk.psk_nonce),
  }));
  const lookup = externalPskLookup(entry.psks.map((psk) => ({ id: hex(psk.psk_id), secret: hex(psk.psk) })));
  same(pskSecret(ids, lookup), entry.psk_secret, 'psk_secret');
  return undefined;
}

interface TranscriptEntry {
  cipher_suite: number;
  confirmation_key: string;
  authenticated_content: string;
  interim_transcript_hash_before: string;
  confirmed_transcript_hash_after: string;
  interim_transcript_hash_after: string;
}

export function transcriptHashes(entry: TranscriptEntry): Skipped {
  const skipped = foreignSuite(entry);
  if (skipped !== undefined) return skipped;
  const message = decodeWith(decodeAuthenticatedContent, hex(entry.authenticated_content));
  assert.equal(message.content.content.kind, 'commit');
  const confirmed = confirmedTranscriptHash(hex(entry.interim_transcript_hash_before), message);
  same(confirmed, entry.confirmed_transcript_hash_after, 'confirmed_transcript_hash_after');
  const tag = message.auth.confirmationTag ?? new Uint8Array(0);
  same(mac(hex(entry.confirmation_key), confirmed), toHex(tag), 'confirmation_tag');
  same(interimTranscriptHash(confirmed, tag), entry.interim_transcript_hash_after, 'interim_transcript_hash_after');
  return undefined;
}
