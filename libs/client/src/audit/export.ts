import { fromBase64, PrimitivesError, toBase64 } from '#primitives';

import { ChanceryError } from '../errors.js';
import type { AuditPlace } from './types.js';

const FORMAT = 'chancery audit v1';
const HASH = /^[A-Za-z0-9+/]{43}=$/;

/** What the exporting device knew when it asked for the trail: the trail has to hold at least that. */
export interface AuditExportHeader {
  /** Statements of the log that the device had verified. */
  readonly statements: number;
  /** Entries that the device has seen. */
  readonly seen: readonly AuditPlace[];
}

/** An exported trail as it was read. */
export interface AuditExport {
  readonly entries: readonly Uint8Array[];
  readonly header: AuditExportHeader;
}

/** The first line of an exported trail. */
export const auditExportHeader = (header: AuditExportHeader): string => JSON.stringify({ format: FORMAT, ...header });

/** One line an entry: its encoding, as base64. */
export const auditExportLine = (payload: Uint8Array): string => JSON.stringify(toBase64(payload));

/** An exported trail, as it stands there. @throws ChanceryError BAD_INPUT */
export function decodeAuditExport(text: string): AuditExport {
  const [first = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  try {
    const header = readHeader(JSON.parse(first));
    if (header) return { header, entries: lines.map((line) => fromBase64(JSON.parse(line) as string)) };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof PrimitivesError || error instanceof TypeError)) throw error;
  }
  throw new ChanceryError('BAD_INPUT', 'This is no exported audit trail.', { field: 'file' });
}

/** Undefined for anything else. */
function readHeader(value: unknown): AuditExportHeader | undefined {
  const { format, statements = 0, seen = [] } = value as { format?: unknown; statements?: unknown; seen?: unknown };
  const isSound = format === FORMAT && typeof statements === 'number' && Array.isArray(seen) && seen.every(isPlace);
  return isSound ? { statements, seen } : undefined;
}

function isPlace(value: unknown): value is AuditPlace {
  const { entry, hash } = value as { entry?: unknown; hash?: unknown };
  return typeof entry === 'number' && typeof hash === 'string' && HASH.test(hash);
}
