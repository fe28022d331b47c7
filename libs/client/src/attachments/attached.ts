import { ATTACHMENT_MAX_PLAINTEXT, ATTACHMENTS_PER_MESSAGE } from '#contracts';

import type { AttachmentView } from '../types.js';
import { safeFileName } from './names.js';

/** A file as it stands in a message: what opens it, and what it has to be. */
export interface Attached extends AttachmentView {
  /** 32 bytes, for this file only. */
  readonly key: Uint8Array;
  /** Of the whole ciphertext, see `chain.ts`, 32 bytes: so that all members get the same file, whoever lies. */
  readonly hash: Uint8Array;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]{0,60}\/[a-z0-9][a-z0-9.+-]{0,60}$/;
const KEY_BYTES = 32;

/** Checks what came out of a message; undefined for anything that no client writes. */
export function parseAttached(value: unknown): readonly Attached[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > ATTACHMENTS_PER_MESSAGE) return undefined;
  const files = value.flatMap((one) => (isAttached(one) ? [one] : []));
  const isSound = files.length === value.length && new Set(files.map(({ id }) => id)).size === files.length;
  return isSound ? files : undefined;
}

function isAttached(value: unknown): value is Attached {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, type, size, key, hash } = value as Partial<Record<keyof Attached, unknown>>;
  return (
    typeof id === 'string' &&
    UUID.test(id) &&
    typeof name === 'string' &&
    safeFileName(name) === name &&
    typeof type === 'string' &&
    MEDIA_TYPE.test(type) &&
    isSize(size) &&
    isKey(key) &&
    isKey(hash)
  );
}

function isSize(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= ATTACHMENT_MAX_PLAINTEXT;
}

function isKey(value: unknown): boolean {
  return value instanceof Uint8Array && value.length === KEY_BYTES;
}
