import type { Decode, Encode } from './codec.js';
import { decodeHpkeCiphertext, encodeHpkeCiphertext } from './commit.js';
import type { HpkeCiphertext } from './commit.js';

export interface EncryptedGroupSecrets {
  /** KeyPackageRef of the device that can open it. */
  readonly newMember: Uint8Array;
  readonly ciphertext: HpkeCiphertext;
}

/** RFC 9420 section 12.4.3.1. */
export interface Welcome {
  readonly cipherSuite: number;
  readonly secrets: readonly EncryptedGroupSecrets[];
  readonly encryptedGroupInfo: Uint8Array;
}

const encodeEncryptedGroupSecrets: Encode<EncryptedGroupSecrets> = (writer, secrets) => {
  writer.opaque(secrets.newMember);
  encodeHpkeCiphertext(writer, secrets.ciphertext);
};

const decodeEncryptedGroupSecrets: Decode<EncryptedGroupSecrets> = (reader) => ({
  newMember: reader.opaque(),
  ciphertext: decodeHpkeCiphertext(reader),
});

export const encodeWelcome: Encode<Welcome> = (writer, welcome) => {
  writer.uint16(welcome.cipherSuite);
  writer.vector(welcome.secrets, encodeEncryptedGroupSecrets);
  writer.opaque(welcome.encryptedGroupInfo);
};

export const decodeWelcome: Decode<Welcome> = (reader) => ({
  cipherSuite: reader.uint16(),
  secrets: reader.vector(decodeEncryptedGroupSecrets),
  encryptedGroupInfo: reader.opaque(),
});
