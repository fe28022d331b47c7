import { createHash } from 'node:crypto';

import { z } from 'zod';

import { ChanceryError } from '#client';

/** The file of a built browser client that names all the others. */
export const MANIFEST = 'release.json';

/** Every file of a release: its address on the server, and its SHA-256 in base64. */
export interface Manifest {
  readonly files: ReadonlyMap<string, string>;
  /** SHA-256 of the manifest itself: what a statement names. */
  readonly hash: Uint8Array;
}

const ADDRESS = /^(\/[\w.-]+)+$/u;
const shape = z.strictObject({ files: z.record(z.string().regex(ADDRESS), z.string().regex(/^[\w+/]{43}=$/u)) });

/** @throws ChanceryError BAD_INPUT when the bytes are no manifest */
export function readManifest(bytes: Uint8Array): Manifest {
  const parsed = shape.safeParse(jsonOf(bytes));
  const isStray = parsed.success && Object.keys(parsed.data.files).some((address) => address.includes('..'));
  if (!parsed.success || isStray) throw new ChanceryError('BAD_INPUT', `this is no ${MANIFEST} of a browser client`);
  return { files: new Map(Object.entries(parsed.data.files)), hash: createHash('sha256').update(bytes).digest() };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A file that is not what the manifest says. */
export interface Difference {
  readonly address: string;
  readonly problem: 'missing' | 'differs';
}

/** Compares every file with the manifest; `read` resolves with undefined for one that is not there. */
export async function differences(
  { files }: Manifest,
  read: (address: string) => Promise<Uint8Array | undefined>,
): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const [address, hash] of files) {
    const bytes = await read(address);
    if (!bytes) found.push({ address, problem: 'missing' });
    else if (createHash('sha256').update(bytes).digest('base64') !== hash) found.push({ address, problem: 'differs' });
  }
  return found;
}
