import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';

import { Option } from 'commander';
import type { Command } from 'commander';

import { usage } from './failure.js';
import type { Report } from './report.js';
import { onPaper, qrLines } from './terminal/qr.js';
import type { Background } from './terminal/qr.js';
import { qrPng, qrSvg } from './terminal/qrPicture.js';

/** Flags of commands whose result a telephone can read from the screen. */
export interface QrFlags {
  readonly qr?: Background | true;
  readonly qrFile?: string;
}

/** Adds `--qr` and `--qr-file`. */
export function withQrOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--qr [background]',
        'draw it as a QR code too; without colours say what the terminal stands on: dark or light',
      ).choices(['dark', 'light']),
    )
    .option('--qr-file <file>', 'write it as a QR code too, into a .svg or .png file that only you can read');
}

const PICTURES: Readonly<Record<string, (text: string) => string | Buffer>> = { '.svg': qrSvg, '.png': qrPng };

/** To be called before anything is done: a file of another kind is a mistake in writing. @throws ChanceryError USAGE */
export function requireQrFile({ qrFile }: QrFlags): void {
  if (qrFile === undefined || extname(qrFile).toLowerCase() in PICTURES) return;
  throw usage('the file of a QR code ends in .svg or .png', '--qr-file');
}

/** Draws and writes the code as the flags ask for. Nothing but the file for programs, which have the text. */
export async function showQr({ terminal, json }: Report, { qr, qrFile }: QrFlags, text: string): Promise<void> {
  if (qr !== undefined && !json) {
    const lines = qr === true ? qrLines(text).map(onPaper(terminal.colours)) : qrLines(text, qr);
    for (const line of ['', ...lines, '']) terminal.out(line);
  }
  const picture = PICTURES[extname(qrFile ?? '').toLowerCase()];
  // an enrolment link opens the door to whoever reads it
  if (qrFile !== undefined && picture) await writeFile(qrFile, picture(text), { mode: 0o600 });
}
