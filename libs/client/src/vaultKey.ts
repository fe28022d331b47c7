import { argon2id, fromBase64, open, PrimitivesError, randomBytes, seal, toBase64, utf8 } from '#primitives';
import type { Argon2Cost } from '#primitives';

import { ChanceryError } from './errors.js';

const FORMAT = 1;
const LEAST_MEMORY_KIB = 64 * 1024;
const MOST_MEMORY_KIB = 2 * 1024 * 1024;
const MOST_PASSES = 100;

/** What protects a vault where the device can afford it: 256 MiB and 3 passes, one to two seconds. */
export const DEFAULT_COST: Argon2Cost = { memoryKiB: 256 * 1024, passes: 3 };

export interface CostOptions {
  /** Memory of Argon2id in MiB: 256 by default, never under 64. */
  readonly memoryMiB?: number | undefined;
  /** Passes of Argon2id over that memory: 3 by default. */
  readonly passes?: number | undefined;
}

/** The cost of Argon2id that a new vault, or recovery code, is made with. */
export function costOf({ memoryMiB, passes = DEFAULT_COST.passes }: CostOptions): Argon2Cost {
  return { memoryKiB: memoryMiB === undefined ? DEFAULT_COST.memoryKiB : memoryMiB * 1024, passes };
}

/** The public half of a vault, vault.json: how the passphrase becomes a key, and the data key sealed under it. */
export interface SealedKey {
  readonly format: typeof FORMAT;
  readonly purpose: string;
  readonly kdf: {
    readonly name: 'argon2id';
    readonly memoryKiB: number;
    readonly passes: number;
    readonly salt: string;
  };
  readonly sealedKey: string;
}

/**
 * Seals a 32-byte key under a passphrase.
 * @param purpose what the key opens, for instance `vault`; a sealed key can't be passed for one of another purpose
 * @throws ChanceryError BAD_INPUT for less than 64 MiB
 */
export function sealKey(
  key: Uint8Array,
  passphrase: string,
  purpose: string,
  cost: Argon2Cost = DEFAULT_COST,
): SealedKey {
  requireSaneCost(cost);
  const salt = randomBytes(16);
  const kdf = { name: 'argon2id' as const, ...cost, salt: toBase64(salt) };
  const sealed = seal(argon2id(passphrase, salt, cost), key, associatedData(purpose, cost));
  return { format: FORMAT, purpose, kdf, sealedKey: toBase64(sealed) };
}

/** The inverse. @throws ChanceryError WRONG_PASSPHRASE, VAULT_DAMAGED for anything that is no sealed key */
export function openKey(text: string, passphrase: string, purpose: string): Uint8Array {
  const { kdf, sealedKey } = parse(text, purpose);
  const cost = { memoryKiB: kdf.memoryKiB, passes: kdf.passes };
  const key = argon2id(passphrase, decode(kdf.salt), cost);
  try {
    return open(key, decode(sealedKey), associatedData(purpose, cost));
  } catch (error) {
    if (!(error instanceof PrimitivesError)) throw error;
    throw new ChanceryError('WRONG_PASSPHRASE', 'The passphrase does not open this vault.', { field: 'passphrase' });
  }
}

function requireSaneCost({ memoryKiB, passes }: Argon2Cost): void {
  const sane = memoryKiB >= LEAST_MEMORY_KIB && memoryKiB <= MOST_MEMORY_KIB && passes >= 1 && passes <= MOST_PASSES;
  if (sane) return;
  throw new ChanceryError('BAD_INPUT', 'Argon2id needs at least 64 MiB and one pass.', { field: 'memoryMiB' });
}

function associatedData(purpose: string, { memoryKiB, passes }: Argon2Cost): Uint8Array {
  return utf8(`chancery ${purpose} key v${String(FORMAT)} argon2id ${String(memoryKiB)} ${String(passes)}`);
}

function parse(text: string, purpose: string): SealedKey {
  const value = parseJson(text);
  if (!isSealedKey(value) || value.purpose !== purpose) throw damaged();
  if (value.kdf.memoryKiB > MOST_MEMORY_KIB || value.kdf.passes > MOST_PASSES) throw damaged();
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged();
  }
}

function isSealedKey(value: unknown): value is SealedKey {
  if (typeof value !== 'object' || value === null) return false;
  const { format, purpose, kdf, sealedKey } = value as Partial<SealedKey>;
  if (format !== FORMAT || typeof purpose !== 'string' || typeof sealedKey !== 'string') return false;
  return (
    kdf?.name === 'argon2id' &&
    Number.isInteger(kdf.memoryKiB) &&
    Number.isInteger(kdf.passes) &&
    typeof kdf.salt === 'string'
  );
}

function decode(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch {
    throw damaged();
  }
}

function damaged(): ChanceryError {
  return new ChanceryError('VAULT_DAMAGED', 'The file with the sealed key is damaged.');
}
