import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pc from 'picocolors';

import { requireQrFile, showQr } from './qrOptions.js';
import { Report } from './report.js';
import { qrLines } from './terminal/qr.js';
import { qrPng, qrSvg } from './terminal/qrPicture.js';

const TEXT = 'https://chancery.example/enrol#secret';

function reportTo(out: string[], json = false): Report {
  const terminal = {
    width: 80,
    interactive: false,
    colours: pc.createColors(false),
    out: (line: string) => void out.push(line),
    err: () => undefined,
  };
  return new Report(terminal, json);
}

describe('what a telephone can read', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-qr-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is drawn when it is asked for, for the background that is named, and not for programs', async () => {
    const out: string[] = [];
    await showQr(reportTo(out), {}, TEXT);
    expect(out).toEqual([]);
    await showQr(reportTo(out, true), { qr: true }, TEXT);
    expect(out).toEqual([]);
    await showQr(reportTo(out), { qr: true }, TEXT);
    expect(out.splice(0)).toEqual(['', ...qrLines(TEXT), '']);
    await showQr(reportTo(out), { qr: 'dark' }, TEXT);
    expect(out).toEqual(['', ...qrLines(TEXT, 'dark'), '']);
  });

  test('is written into a picture that nobody else can read, for programs too', async () => {
    const [svg, png] = [join(folder, 'link.svg'), join(folder, 'LINK.PNG')];
    await showQr(reportTo([], true), { qrFile: svg }, TEXT);
    await showQr(reportTo([]), { qrFile: png }, TEXT);
    expect(await readFile(svg, 'utf8')).toBe(qrSvg(TEXT));
    expect(await readFile(png)).toEqual(qrPng(TEXT));
    expect((await stat(png)).mode & 0o777).toBe(0o600);
  });

  test('goes into no other kind of file', () => {
    const requiring = (qrFile?: string) => () => {
      requireQrFile(qrFile === undefined ? {} : { qrFile });
    };
    expect(requiring('link.gif')).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
    for (const wanted of ['link.svg', 'LINK.PNG', undefined]) expect(requiring(wanted)).not.toThrow();
  });
});
