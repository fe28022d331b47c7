import { decodeCredential, encodeCredential } from './credential.js';
import type { Credential } from './credential.js';
import { decodeUint16, decodeWith, encodeUint16, encodeWith } from './codec.js';
import type { Decode, Encode } from './codec.js';
import { demand } from './rules.js';
import { signatureKeyLength } from './suite.js';

/** IANA "MLS Extension Types"; `chanceryLabel` is from the private-use range. */
export const extensionTypes = {
  applicationId: 0x0001,
  ratchetTree: 0x0002,
  requiredCapabilities: 0x0003,
  externalPub: 0x0004,
  externalSenders: 0x0005,
  lastResort: 0x000a,
  chanceryLabel: 0xf0c1,
} as const;

/** Types 1 to 5 are supported by everybody and never listed in capabilities (RFC 9420 section 7.2). */
export const isDefaultExtension = (type: number): boolean => type >= 0x0001 && type <= 0x0005;

/** RFC 9420 section 13.4. Unknown types are kept as they are. */
export interface Extension {
  readonly type: number;
  readonly data: Uint8Array;
}

export const encodeExtension: Encode<Extension> = (writer, { type, data }) => {
  writer.uint16(type);
  writer.opaque(data);
};

export const decodeExtension: Decode<Extension> = (reader) => ({ type: reader.uint16(), data: reader.opaque() });

export function findExtension(extensions: readonly Extension[], type: number): Uint8Array | undefined {
  return extensions.find((extension) => extension.type === type)?.data;
}

export const extensionMap = (extensions: readonly Extension[]): ReadonlyMap<number, Uint8Array> =>
  new Map(extensions.map(({ type, data }) => [type, data]));

export const extensionList = (extensions: ReadonlyMap<number, Uint8Array>): Extension[] =>
  [...extensions].map(([type, data]) => ({ type, data }));

/** @throws MlsError valn070312 */
export function demandUniqueExtensions(extensions: readonly Extension[]): void {
  demand(new Set(extensions.map(({ type }) => type)).size === extensions.length, 'valn070312');
}

/**
 * Extensions of a group context: no type twice, and those that MLS itself reads are well-formed, so that a commit can't
 * leave a group that nobody can use. @throws MlsError
 */
export function checkContextExtensions(extensions: readonly Extension[]): void {
  demandUniqueExtensions(extensions);
  requiredCapabilitiesOf(extensions);
  for (const { signatureKey } of externalSendersOf(extensions)) {
    demand(signatureKey.length === signatureKeyLength, 'valn120105');
  }
}

/** RFC 9420 section 11.1. */
export interface RequiredCapabilities {
  readonly extensions: readonly number[];
  readonly proposals: readonly number[];
  readonly credentials: readonly number[];
}

export const encodeRequiredCapabilities: Encode<RequiredCapabilities> = (writer, required) => {
  writer.vector(required.extensions, encodeUint16);
  writer.vector(required.proposals, encodeUint16);
  writer.vector(required.credentials, encodeUint16);
};

const decodeRequiredCapabilities: Decode<RequiredCapabilities> = (reader) => ({
  extensions: reader.vector(decodeUint16),
  proposals: reader.vector(decodeUint16),
  credentials: reader.vector(decodeUint16),
});

/** Data of the required_capabilities extension of a group context (RFC 9420 section 11.1). */
export const requiredCapabilitiesExtension = (required: RequiredCapabilities): Uint8Array =>
  encodeWith(encodeRequiredCapabilities, required);

export function requiredCapabilitiesOf(extensions: readonly Extension[]): RequiredCapabilities | undefined {
  const data = findExtension(extensions, extensionTypes.requiredCapabilities);
  return data === undefined ? undefined : decodeWith(decodeRequiredCapabilities, data);
}

/** RFC 9420 section 12.1.8.1. */
export interface ExternalSender {
  readonly signatureKey: Uint8Array;
  readonly credential: Credential;
}

const encodeExternalSender: Encode<ExternalSender> = (writer, sender) => {
  writer.opaque(sender.signatureKey);
  encodeCredential(writer, sender.credential);
};

const decodeExternalSender: Decode<ExternalSender> = (reader) => ({
  signatureKey: reader.opaque(),
  credential: decodeCredential(reader),
});

export const encodeExternalSenders: Encode<readonly ExternalSender[]> = (writer, senders) => {
  writer.vector(senders, encodeExternalSender);
};

export function externalSendersOf(extensions: readonly Extension[]): ExternalSender[] {
  const data = findExtension(extensions, extensionTypes.externalSenders);
  return data === undefined ? [] : decodeWith((reader) => reader.vector(decodeExternalSender), data);
}
