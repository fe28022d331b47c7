import { createHash } from 'node:crypto';

import { ADMINISTRATIVE_OPERATIONS, encodeAct, encodeRequest, formatAct } from '../../libs/contracts/src/index.js';
import type { AuditSeen } from '../../libs/contracts/src/index.js';

/** Who signs: a device of a test, whatever made its key. */
export interface Signatory {
  readonly deviceId: string;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

/** The header that an administrative request carries; undefined for any other request. */
export function signedAct(
  { deviceId, sign }: Signatory,
  origin: string,
  query: string,
  variables: Record<string, unknown>,
  at = Date.now(),
  seen?: AuditSeen,
): string | undefined {
  const operation = operationOf(query);
  if (operation === undefined) return undefined;
  const request = createHash('sha256').update(encodeRequest(query, variables)).digest();
  const input = encodeAct({ deviceId, origin, operation, request: new Uint8Array(request), at, seen });
  const place = seen && { entry: seen.entry, hash: Buffer.from(seen.hash).toString('base64') };
  return formatAct({ at, signature: Buffer.from(sign(input)).toString('base64'), seen: place });
}

function operationOf(query: string): string | undefined {
  const fields = query.matchAll(/(\w+)\s*\(/g);
  return [...fields].map(([, name = '']) => name).find((name) => ADMINISTRATIVE_OPERATIONS.has(name));
}
