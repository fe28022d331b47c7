import sodium from 'libsodium-wrappers-sumo';

import type { Talk } from './contract.js';

export const floorName = 'libsodium (floor)';

/** Resolves when the floor may be used. */
export const floorReady = (): Promise<void> => sodium.ready;

const keyLength = 32;
const nonceLength = 12;
const senderDataLength = 12;
const tagLength = 16;
const encapsulationSeedLength = 64;
/** Bytes of a FramedContentTBS besides the plaintext: wire format, group context, sender and so on. */
const signedBesides = 200;
/** Key, nonce and next secret of the ratchet, key and nonce of the sender data: one HKDF-Expand, that is one HMAC, each. */
const expansions = 5;

/** What encrypting and decrypting contain at least: one signature, two AEADs and five HMACs, in raw libsodium. */
export function floorTalk(): Talk {
  const pair = sodium.crypto_sign_keypair();
  const [key, nonce] = [sodium.randombytes_buf(keyLength), sodium.randombytes_buf(nonceLength)];
  const around = sodium.randombytes_buf(signedBesides);
  const label = sodium.randombytes_buf(40);
  const senderData = sodium.randombytes_buf(senderDataLength);
  const expand = () => {
    for (let i = 0; i < expansions; i++) sodium.crypto_auth_hmacsha256(label, key);
  };
  const seal = (plain: Uint8Array) => {
    return sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plain, around, null, nonce, key);
  };
  const open = (cipher: Uint8Array) => {
    return sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, cipher, around, nonce, key);
  };
  return {
    name: floorName,
    encrypt: (plaintext) => {
      expand();
      const signature = sodium.crypto_sign_detached(joined(around, plaintext), pair.privateKey);
      return joined(seal(senderData), seal(joined(plaintext, signature)));
    },
    decrypt: (message) => {
      expand();
      open(message.subarray(0, senderDataLength + tagLength));
      const content = open(message.subarray(senderDataLength + tagLength));
      const plaintext = content.subarray(0, content.length - sodium.crypto_sign_BYTES);
      const signature = content.subarray(content.length - sodium.crypto_sign_BYTES);
      if (!sodium.crypto_sign_verify_detached(signature, joined(around, plaintext), pair.publicKey)) {
        throw new Error('the signature of the floor is wrong');
      }
      return plaintext;
    },
  };
}

/**
 * X-Wing operations of a path, raw: `encapsulations` to one key, and the key pairs of `keyPairs` nodes from their seeds.
 * The randomness comes from the platform: libsodium's own, in WASM, takes as long as the encapsulation.
 */
export function rawXwing(): (encapsulations: number, keyPairs: number) => void {
  const { publicKey } = sodium.crypto_kem_xwing_keypair();
  const seed = new Uint8Array(keyLength);
  const random = new Uint8Array(encapsulationSeedLength);
  return (encapsulations, keyPairs) => {
    for (let i = 0; i < encapsulations; i++) {
      sodium.crypto_kem_xwing_enc_deterministic(publicKey, crypto.getRandomValues(random));
    }
    for (let i = 0; i < keyPairs; i++) sodium.crypto_kem_xwing_seed_keypair(crypto.getRandomValues(seed));
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
