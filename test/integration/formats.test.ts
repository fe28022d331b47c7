import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildCommand, chancery } from '../support/commandLine.js';
import { sharedData } from '../support/data.js';

interface Line {
  readonly path: string;
  readonly outcome: string;
  readonly reason: string;
  readonly words: number;
  readonly language: string;
  readonly milliseconds: number;
}

interface Totals {
  readonly seconds: number;
  readonly memory: { readonly parent: number; readonly worker: number; readonly together: number };
}

const MIB = 1024 * 1024;
const MOST_MEMORY = 400 * MIB;
/** A file's time limit, with what a loaded machine adds. */
const MOST_MILLISECONDS = 60_000;

const folder = sharedData('formats');
const rows = folder === undefined ? [] : readFileSync(join(folder, 'MANIFEST.tsv'), 'utf8').trim().split('\n').slice(1);
const manifest = rows.map((row) => {
  const [path = '', , expected = ''] = row.split('\t');
  return { path, expected };
});

/** Files of the list that hold no text or nothing inside them, whatever it expects of their kind. */
const WITHOUT_TEXT = new Set(['good/testPDF_Version.11.x.PDFA-1b.pdf']);
const WITHOUT_FILES = new Set(['attachments/testODTEmbedded.odt']);

/** Whether a file ended as the list says, or better; what cannot be read always says why. */
function endsWell(path: string, expected: string, { outcome, reason, words }: Line, inside: readonly Line[]): boolean {
  if (outcome !== 'imported' && reason === '') return false;
  // attachments come before what lies beside them; a duplicate's twin was imported
  if (outcome === 'duplicate')
    return expected.startsWith('text extracted') && reason.startsWith('the same content as ');
  if (WITHOUT_TEXT.has(path)) return outcome === 'imported' && /OCR/u.test(reason);
  if (expected.startsWith('no or little text layer')) return outcome === 'imported' && /OCR/u.test(reason);
  if (expected.startsWith('text extracted')) {
    const isWhole = !expected.includes('attachments') || inside.length > 0 || WITHOUT_FILES.has(path);
    return outcome === 'imported' && words > 0 && isWhole;
  }
  if (expected.startsWith('accept as opaque')) return outcome === 'encrypted' || outcome === 'unsupported';
  if (/refused(?: by|$)/u.test(expected)) return outcome === 'refused';
  if (expected.includes('root:') || expected === 'no network access') return outcome === 'refused' && words === 0;
  return ['imported', 'unsupported', 'encrypted', 'corrupt', 'refused'].includes(outcome);
}

(folder === undefined ? describe.skip : describe)('a folder of good, broken, encrypted and hostile files', () => {
  let lines: Line[] = [];
  let totals: Totals;

  beforeAll(async () => {
    buildCommand();
    const { code, out } = await chancery(['import', folder ?? '', '--dry-run', '--json']);
    expect(code).toBe(0);
    const printed = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line & { totals: Totals });
    totals = printed.at(-1)!.totals;
    lines = printed.slice(0, -1);
  }, 300_000);

  test.each(manifest)('$path: $expected', ({ path, expected }) => {
    const own = lines.filter((line) => line.path === join(folder ?? '', path));
    const inside = lines.filter((line) => line.path.startsWith(`${join(folder ?? '', path)}#`));
    expect(own).toHaveLength(1);
    expect({ ...own[0]!, isWell: endsWell(path, expected, own[0]!, inside) }).toMatchObject({
      isWell: true,
      language: expect.stringMatching(/^[a-z]{2,3}$/u) as string,
      milliseconds: expect.any(Number) as number,
    });
  });

  test('whole in less than 400 MiB, no file beyond its time', () => {
    const { parent, worker, together } = totals.memory;
    const mebibytes = [parent, worker, together].map((bytes) => Math.round(bytes / MIB));
    const slowest = Math.max(...lines.map(({ milliseconds }) => milliseconds));
    console.info(
      `${lines.length} documents of ${manifest.length} files in ${totals.seconds.toFixed(1)} s, slowest ${slowest} ms; ` +
        `memory in MiB: parent ${mebibytes[0]}, worker ${mebibytes[1]}, together ${mebibytes[2]}`,
    );
    expect(together).toBeLessThan(MOST_MEMORY);
    expect(slowest).toBeLessThan(MOST_MILLISECONDS);
  });
});
