/**
 * A second history of the directory, as a server can make it that holds its own log key: statements left out, the rest
 * numbered anew, and a checkpoint over them that the log's own key has signed. For one device, or for all:
 *
 *   const fork = new ForkedLog(hostile);
 *   const stop = fork.show((deviceId) => deviceId === ben.deviceId, ({ type }) => type !== 'revokeDevice');
 */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { toBase64 } from '#primitives';
import {
  Frontier,
  checkpointText,
  decodeStatement,
  encodeNote,
  keyIdOf,
  leafHash,
  logOrigin,
  noteBytes,
  statementId,
} from '#transparency';
import type { StatementBody } from '#transparency';

import type { HostileServer } from './hostileServer.js';
import { sql } from './ministry.js';

export class ForkedLog {
  constructor(private readonly hostile: HostileServer) {}

  /** From now on these devices are shown the statements for which `keeps` is true, and no others. */
  show(isVictim: (deviceId: string | undefined) => boolean, keeps: (body: StatementBody) => boolean): () => void {
    return this.hostile.lie('Statements', async ({ deviceId, variables }) => {
      if (!isVictim(deviceId)) return undefined;
      const { after, first } = variables as { after: number; first: number };
      const shown = (await this.statements()).filter((payload) => keeps(decodeStatement(payload).body));
      const page = shown.slice(after, after + first).map((payload, index) => ({
        seq: after + index + 1,
        payload: toBase64(payload),
        recordedAt: new Date().toISOString(),
      }));
      return { data: { statements: { statements: page, head: shown.length, checkpoint: await this.sign(shown) } } };
    });
  }

  /** Every statement that the real server holds. */
  async statements(): Promise<Uint8Array[]> {
    const rows = await sql<{ payload: Buffer }>(this.hostile.real, 'SELECT payload FROM statement ORDER BY seq');
    return rows.map(({ payload }) => payload);
  }

  /** The checkpoint over these statements, signed by the log's own key. */
  async sign(statements: readonly Uint8Array[]): Promise<string> {
    const { root } = statements.reduce((tree, payload) => tree.append(leafHash(payload)).next, Frontier.empty);
    return this.signRoot(statements.length, root);
  }

  /** A checkpoint that says whatever it is told to. */
  async signRoot(size: number, root: Uint8Array): Promise<string> {
    const [first = new Uint8Array()] = await this.statements();
    const origin = logOrigin(statementId(first));
    const text = checkpointText({ origin, size, root });
    const key = await logKey(this.hostile.real.dataFolder);
    const publicKey = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
    const keyId = keyIdOf({ name: origin, publicKey }, 'ed25519');
    const signature = sign(null, noteBytes(text), key);
    return Buffer.from(encodeNote({ text, signatures: [{ name: origin, keyId, signature }] })).toString();
  }
}

async function logKey(dataFolder: string) {
  const file = JSON.parse(await readFile(join(dataFolder, 'server-keys.json'), 'utf8')) as {
    keys: { purpose: string; pkcs8: string }[];
  };
  const { pkcs8 = '' } = file.keys.findLast(({ purpose }) => purpose === 'log') ?? {};
  return createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' });
}
