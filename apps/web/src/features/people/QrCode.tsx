import { encodeQR } from 'qr';
import { useMemo } from 'react';

import styles from './QrCode.module.css';

/** Modules of light around the symbol that a reader has to see, ISO/IEC 18004. */
const QUIET_ZONE = 4;

interface QrCodeProps {
  readonly text: string;
  /** What it is for; the text itself stands beside it in another form. */
  readonly label: string;
}

/** A QR code, drawn dark on light in every scheme, as cameras expect it. */
export function QrCode({ text, label }: QrCodeProps) {
  const { size, path } = useMemo(() => drawing(text), [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${String(size)} ${String(size)}`}
      className={styles['code']}
      shapeRendering="crispEdges"
    >
      <rect className={styles['ground']} width={size} height={size} />
      <path className={styles['modules']} d={path} />
    </svg>
  );
}

/** A square for each dark module. */
function drawing(text: string): { readonly size: number; readonly path: string } {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE });
  const squares = rows.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${String(x)} ${String(y)}h1v1h-1z`] : [])),
  );
  return { size: rows.length, path: squares.join('') };
}
