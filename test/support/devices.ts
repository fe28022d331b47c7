import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { encodeChallenge } from '../../libs/contracts/src/index.js';
import { ask } from './graphql.js';
import type { ClientAnswer } from './graphql.js';
import type { TestServer } from './server.js';

/** A device's key pair, made by the platform's own Ed25519 so that the server is checked against another implementation. */
export interface TestDevice {
  readonly deviceId: string;
  readonly personId: string;
  readonly signatureKey: Uint8Array;
  readonly secret: KeyObject;
}

/** Offset of the raw key in its DER form (RFC 8410). */
const RAW_KEY_AT = 12;

export function makeDevice(): TestDevice {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const signatureKey = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(RAW_KEY_AT));
  return { deviceId: randomUUID(), personId: randomUUID(), signatureKey, secret: privateKey };
}

export interface GivenChallenge {
  readonly id: string;
  readonly nonce: string;
  readonly origin: string;
  readonly expiresAt: string;
}

export async function requestChallenge(server: TestServer, deviceId: string): Promise<GivenChallenge> {
  const query = 'mutation ($deviceId: ID!) { requestChallenge(deviceId: $deviceId) { id nonce origin expiresAt } }';
  const { data, errors } = await ask(server, query, { deviceId });
  if (!data) throw new Error(`no challenge: ${JSON.stringify(errors)}`);
  return data['requestChallenge'] as GivenChallenge;
}

/** Signs what the server asked for; `origin` as the device saw it. */
export function meet(device: TestDevice, challenge: GivenChallenge, origin = challenge.origin): string {
  const { id: challengeId, nonce, expiresAt } = challenge;
  const { deviceId } = device;
  const toSign = encodeChallenge({ challengeId, nonce: Buffer.from(nonce, 'base64'), origin, deviceId, expiresAt });
  return sign(null, toSign, device.secret).toString('base64');
}

export function openSession(
  server: TestServer,
  challengeId: string,
  deviceId: string,
  signature: string,
): Promise<ClientAnswer> {
  const query = 'mutation ($input: OpenSessionInput!) { openSession(input: $input) { token expiresAt } }';
  return ask(server, query, { input: { challengeId, deviceId, signature } });
}

/** Opens a session as a client does, and returns its token. */
export async function signIn(server: TestServer, device: TestDevice): Promise<string> {
  const challenge = await requestChallenge(server, device.deviceId);
  const answer = await openSession(server, challenge.id, device.deviceId, meet(device, challenge));
  const session = answer.data?.['openSession'] as { token: string } | undefined;
  if (!session) throw new Error(`no session: ${JSON.stringify(answer.errors)}`);
  return session.token;
}
