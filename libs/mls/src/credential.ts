import { decodeOpaque, encodeOpaque } from './codec.js';
import type { Decode, Encode } from './codec.js';
import { broken } from './rules.js';

export const credentialTypes = { basic: 0x0001, x509: 0x0002 } as const;

/** RFC 9420 section 5.3. */
export type Credential =
  | { readonly kind: 'basic'; readonly identity: Uint8Array }
  | { readonly kind: 'x509'; readonly certificates: readonly Uint8Array[] };

export const credentialType = (credential: Credential): number => credentialTypes[credential.kind];

/** What the application knows a client by: the basic identity, or the end-entity certificate. */
export function identityOf(credential: Credential): Uint8Array {
  return credential.kind === 'basic' ? credential.identity : (credential.certificates[0] ?? new Uint8Array(0));
}

export const encodeCredential: Encode<Credential> = (writer, credential) => {
  writer.uint16(credentialType(credential));
  if (credential.kind === 'basic') writer.opaque(credential.identity);
  else writer.vector(credential.certificates, encodeOpaque);
};

export const decodeCredential: Decode<Credential> = (reader) => {
  const type = reader.uint16();
  if (type === credentialTypes.basic) return { kind: 'basic', identity: reader.opaque() };
  if (type === credentialTypes.x509) return { kind: 'x509', certificates: reader.vector(decodeOpaque) };
  throw broken('valn020105');
};
