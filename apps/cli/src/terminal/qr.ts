import { encodeQR } from 'qr';

import type { Terminal } from './terminal.js';

/** Modules of light around the symbol that a reader has to see, ISO/IEC 18004. */
const QUIET_ZONE = 4;

/** What the characters of a drawing stand on: the blocks of a font are light on a dark terminal, dark on a light one. */
export type Background = 'dark' | 'light';

/** A QR code with its quiet zone: rows from the top, true where a module is dark. Repairs 15 % of damage. */
export function qrModules(text: string): readonly (readonly boolean[])[] {
  return encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE });
}

/** A QR code as lines of half blocks, two rows of modules a line, drawn for what stands behind them. */
export function qrLines(text: string, background: Background = 'light'): string[] {
  const modules = qrModules(text);
  const pairs = modules.flatMap((upper, row) => (row % 2 === 0 ? [{ upper, lower: modules[row + 1] ?? [] }] : []));
  const blockIsDark = background === 'light';
  return pairs.map(({ upper, lower }) =>
    upper.map((isDark, column) => block(isDark === blockIsDark, (lower[column] ?? false) === blockIsDark)).join(''),
  );
}

/** Makes a line that is drawn for a light background black on white on a terminal with colours, whatever its own are. */
export const onPaper =
  ({ bgWhiteBright, black }: Terminal['colours']) =>
  (line: string): string =>
    bgWhiteBright(black(line));

function block(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}
