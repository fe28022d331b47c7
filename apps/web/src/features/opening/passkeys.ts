import type { Desk } from '../../worker/protocol.js';

type Passkey = Awaited<ReturnType<Desk['opening']['passkeys']>>[number];
type PasskeySecret = Parameters<Desk['opening']['unlockByPasskey']>[0];

const BYTES = 32;
const ADDRESS = /^[\d.]+$|:/;
/** EdDSA, ES256, RS256: what is signed is not looked at, but an authenticator wants to know. */
const ALGORITHMS = [-8, -7, -257];

/** Whether this browser could have one: authenticators answer to names of hosts only, over a safe line. */
export function arePasskeysPossible(): boolean {
  return 'PublicKeyCredential' in globalThis && isSecureContext && !ADDRESS.test(location.hostname);
}

/**
 * Makes a passkey and asks it for its secret: navigator.credentials is the page's only, so that these 32 bytes are in the page until they are
 * handed to the worker. The caller wipes them then; copies that the browser itself makes are out of reach.
 * @returns undefined where the authenticator has no PRF
 * @throws DOMException when the person declines, or has no authenticator
 */
export async function makePasskey(
  personName: string,
): Promise<{ readonly secret: PasskeySecret; readonly salt: string } | undefined> {
  const salt = randomBytes();
  const publicKey: PublicKeyCredentialCreationOptions = {
    rp: { name: 'Chancery' },
    // no name of the directory's: an authenticator may show it to whoever holds it
    user: { id: randomBytes(), name: personName, displayName: personName },
    challenge: randomBytes(),
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
    extensions: { prf: { eval: { first: salt } } },
  };
  const made = await navigator.credentials.create({ publicKey });
  if (!(made instanceof PublicKeyCredential)) return undefined;
  const { enabled = false, results } = made.getClientExtensionResults().prf ?? {};
  if (!enabled) return undefined;
  const prf = bytesOf(results?.first);
  const saltText = toBase64Url(salt);
  // many tell the secret only to who asks a second time
  const secret = prf ? { id: made.id, prf } : await askPasskey([{ id: made.id, salt: saltText }]);
  return secret && { secret, salt: saltText };
}

/**
 * Asks whichever of these passkeys is at hand for its secret; see `makePasskey` for where it is.
 * @returns undefined where the authenticator did not answer with one
 * @throws DOMException when the person declines, has another authenticator, or `signal` ends it
 */
export async function askPasskey(
  passkeys: readonly Pick<Passkey, 'id' | 'salt'>[],
  signal?: AbortSignal,
): Promise<PasskeySecret | undefined> {
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: randomBytes(),
    allowCredentials: passkeys.map(({ id }) => ({ type: 'public-key', id: fromBase64Url(id) })),
    userVerification: 'required',
    extensions: {
      prf: {
        evalByCredential: Object.fromEntries(passkeys.map(({ id, salt }) => [id, { first: fromBase64Url(salt) }])),
      },
    },
  };
  const got = await navigator.credentials.get({ publicKey, ...(signal && { signal }) });
  if (!(got instanceof PublicKeyCredential)) return undefined;
  const prf = bytesOf(got.getClientExtensionResults().prf?.results?.first);
  return prf && { id: got.id, prf };
}

/** A view of the browser's own bytes, so that wiping it wipes them. */
function bytesOf(source: BufferSource | undefined): Uint8Array | undefined {
  if (source === undefined) return undefined;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}

function randomBytes(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(BYTES));
}

function toBase64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/u, '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
