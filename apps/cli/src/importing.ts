import { readFile } from 'node:fs/promises';

import { ChanceryError } from '#client';
import { openClient } from '#client/node';
import { genericMinistry } from '#policy';

import type { VaultFlags } from './command.js';
import { languageFile } from './extraction/recogniser.js';
import { usage } from './failure.js';
import { filePapersThrough } from './knowledge/filePapers.js';
import { importFiles } from './knowledge/importFiles.js';
import type { ImportOptions, ImportTotals } from './knowledge/importFiles.js';
import { documentJson, problemWords, progressWords, totalsJson, totalsWords } from './knowledge/importReport.js';
import { policyOf, readPolicy } from './label.js';
import { findCollection } from './lookup.js';
import { passphraseFor } from './passphrase.js';
import { ProgressLine } from './progressLine.js';
import type { Report } from './report.js';

/** How an import was asked for. */
export interface ImportFlags extends VaultFlags {
  readonly collection?: string;
  readonly again?: boolean;
  readonly dryRun?: boolean;
  readonly ocr?: readonly string[];
  readonly policy?: string;
}

/** Imports, or only reads, and says what came of it. Throws BAD_INPUT when nothing at all could be filed. */
export async function importPapers(report: Report, flags: ImportFlags, paths: readonly string[]): Promise<void> {
  const totals = await (flags.dryRun === true ? dryRun(report, flags, paths) : fileThem(report, flags, paths));
  report.result(totalsJson(totals), () => totalsWords(totals));
  const { refused, corrupt, encrypted } = totals.outcomes;
  if (totals.documents === 0 || refused + corrupt + encrypted < totals.documents) return;
  throw new ChanceryError('BAD_INPUT', 'nothing could be filed', {
    remedy: 'See the reason that is given for each document.',
  });
}

async function dryRun(report: Report, flags: ImportFlags, paths: readonly string[]): Promise<ImportTotals> {
  const policy = flags.policy === undefined ? genericMinistry : readPolicy(await readFile(flags.policy, 'utf8'));
  return importAndTell(report, { paths, policy, ...recognition(flags) });
}

async function fileThem(report: Report, flags: ImportFlags, paths: readonly string[]): Promise<ImportTotals> {
  if (flags.collection === undefined)
    throw usage('no collection was named', '--collection', 'Name one, or look first with --dry-run.');
  const { vault: folder, server } = flags;
  const passphrase = await passphraseFor(report.terminal, flags);
  const client = await openClient({ folder, passphrase, ...(server === undefined ? {} : { server }) });
  try {
    const policy = await policyOf(client);
    const { id: collectionId, defaultLabel } = await findCollection(client, flags.collection);
    const originals = { through: client.originals, defaultLabel };
    const target = { collectionId, papers: filePapersThrough(client), originals };
    return await importAndTell(report, { paths, policy, target, again: flags.again === true, ...recognition(flags) });
  } finally {
    await client.close();
  }
}

/** @throws ChanceryError USAGE for a language whose data is not installed */
function recognition({ ocr }: ImportFlags): Pick<ImportOptions, 'ocr'> {
  for (const language of ocr ?? []) {
    try {
      languageFile(language);
    } catch {
      const remedy = `Install it: npm install @tesseract.js-data/${language}, or take eng, rus, ara, fra, spa or chi_sim.`;
      throw usage(`there is no data to read pictures in "${language}"`, '--ocr', remedy);
    }
  }
  return ocr === undefined ? {} : { ocr };
}

async function importAndTell(report: Report, options: ImportOptions): Promise<ImportTotals> {
  const line = new ProgressLine(report);
  try {
    return await importFiles({
      ...options,
      onProgress: (progress) => {
        line.show(progressWords(progress));
      },
      onRemark: (words) => {
        line.remark(words);
      },
      onDocument: (document) => {
        if (report.json) report.terminal.out(JSON.stringify(documentJson(document)));
        else for (const words of problemWords(document)) line.remark(words);
      },
    });
  } finally {
    line.clear();
  }
}
