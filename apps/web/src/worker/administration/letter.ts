import { encodeQR } from 'qr';

/** Modules of light around the symbol that a reader has to see, ISO/IEC 18004. */
const QUIET_ZONE = 4;

/** A QR code with its quiet zone: rows from the top, true where a module is dark. Repairs 15 % of damage. */
export function qrCode(text: string): boolean[][] {
  return encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE });
}
