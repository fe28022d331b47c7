import { PublishStatementsDocument } from '#contracts';
import { equalBytes, generateSigningKeyPair, sign, signingPublicKey, toBase64 } from '#primitives';
import type { SigningKeyPair } from '#primitives';
import { identityProofInput } from '#transparency';

import type { Core } from '../core.js';
import { bytesOf } from '../ports/store.js';
import { loadSecret } from '../profile.js';
import { signStatement } from '../statements.js';

/** Name of the secret that holds the next identity key until the directory has it. */
const NEXT = 'nextIdentityKey';

/**
 * Gives this person a new identity key. The new key is in the vault before the server hears of it, and takes the place of the
 * old one when the verified directory names it; after a crash the same call goes on.
 * @throws ChanceryError STATEMENT_INVALID when this device no longer holds the identity key in force
 */
export async function rotateIdentity(core: Core): Promise<void> {
  const next = await nextKey(core);
  await core.directory.catchUp(core.session);
  if (!isInForce(core, next)) {
    await publish(core, await loadSecret(core.store, 'identityKey'), next);
    await core.directory.catchUp(core.session);
  }
  await core.store.transaction(async (sql) => {
    await sql.run('UPDATE secret SET value = ? WHERE name = ?', [next.privateKey, 'identityKey']);
    await sql.run('DELETE FROM secret WHERE name = ?', [NEXT]);
  });
}

async function nextKey({ store }: Core): Promise<SigningKeyPair> {
  return store.transaction(async (sql) => {
    const row = await sql.get('SELECT value FROM secret WHERE name = ?', [NEXT]);
    if (row) {
      const privateKey = bytesOf(row, 'value');
      return { privateKey, publicKey: signingPublicKey(privateKey) };
    }
    const key = generateSigningKeyPair();
    await sql.run('INSERT INTO secret VALUES (?, ?)', [NEXT, key.privateKey]);
    return key;
  });
}

function isInForce({ directory, profile }: Core, { publicKey }: SigningKeyPair): boolean {
  const person = directory.current.person(profile.personId);
  return person !== undefined && equalBytes(person.identityKey, publicKey);
}

async function publish({ session, profile, timer }: Core, old: SigningKeyPair, next: SigningKeyPair): Promise<void> {
  const { personId: person } = profile;
  const { publicKey: identityKey, privateKey } = next;
  const proof = sign(privateKey, identityProofInput(person, identityKey));
  const body = { type: 'rotateIdentity', at: timer.now().getTime(), person, identityKey, proof } as const;
  const statement = signStatement(body, { kind: 'person', id: person }, old);
  await session.execute(PublishStatementsDocument, { statements: [toBase64(statement)] });
}
