import { fromBase64, PrimitivesError, toBase64 } from '#primitives';

import { ChanceryError } from '../errors.js';

const FORMAT = 'chancery audit v1';

/** The first line of an exported trail. */
export const auditExportHeader = (): string => JSON.stringify({ format: FORMAT });

/** One line an entry: its encoding, as base64. */
export const auditExportLine = (payload: Uint8Array): string => JSON.stringify(toBase64(payload));

/** The entries of an exported trail, as they stand there. @throws ChanceryError BAD_INPUT */
export function decodeAuditExport(text: string): Uint8Array[] {
  const [header = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  try {
    const { format } = JSON.parse(header) as { format?: unknown };
    if (format === FORMAT) return lines.map((line) => fromBase64(JSON.parse(line) as string));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof PrimitivesError || error instanceof TypeError)) throw error;
  }
  throw new ChanceryError('BAD_INPUT', 'This is no exported audit trail.', { field: 'file' });
}
