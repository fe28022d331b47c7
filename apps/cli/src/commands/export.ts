import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { Command } from 'commander';

import { ChanceryError } from '#client';
import type { Format } from '#publish';

import { command, family, vaultCommand } from '../command.js';
import type { Flags, VaultFlags } from '../command.js';
import { findCollection } from '../lookup.js';
import { ProgressLine } from '../progressLine.js';
import type { Report } from '../report.js';
import { withClient, withReport } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { isolate, oneLine } from '../terminal/text.js';
import { sizeWords, transferWords } from '../transferLine.js';
import { formats, wholeNumber } from '../values.js';

const PRIVATE_FILE = 0o600;

export function exportCommand(terminal: Terminal): Command {
  return family('export', 'Take documents out as files, with their markings and your name on every page.', [
    documentCommand(terminal),
    collectionCommand(terminal),
    originalCommand(terminal),
    verifyCommand(terminal),
  ]);
}

interface ExportFlags extends VaultFlags {
  readonly format: readonly Format[];
  readonly out: string;
}

function documentCommand(terminal: Terminal): Command {
  return vaultCommand(
    'document',
    'Take out documents, each with its STANAG 4774 label beside it. The audit trail is told.',
    'chancery export document 0195f1c2-7a64-7c11-9d2e-5f4b1c0a9e77 --format pdf,docx --out ~/Documents/',
  )
    .argument('<document...>', 'ids, as search prints them')
    .option('--format <formats>', 'pdf, docx, md, eml, several with commas', formats, ['pdf'])
    .option('--out <folder>', 'where to', '.')
    .action(
      withClient<ExportFlags, [string[]]>(terminal, async ({ client, report }, flags, ids) => {
        const { exportDocuments } = await import('../export/documents.js');
        const [{ paperFiles }, { fontFiles }] = await Promise.all([
          import('#publish'),
          import('../export/fontFiles.js'),
        ]);
        await mkdir(resolve(flags.out), { recursive: true });
        for await (const { document, exporter } of exportDocuments(client, ids)) {
          const { files, unprintable } = await paperFiles(document, exporter, flags.format, fontFiles);
          noteUnprintable(report, new Set(unprintable));
          for (const { name, bytes } of files) {
            const path = join(resolve(flags.out), name);
            await writeFile(path, bytes, { mode: PRIVATE_FILE });
            const { exportId } = exporter.stamp;
            report.result(
              { path, documentId: document.id, exportId },
              () => `${document.label.marking}  ${isolate(path)}`,
            );
          }
        }
      }),
    );
}

function collectionCommand(terminal: Terminal): Command {
  return vaultCommand(
    'collection',
    'Take out all documents of a collection that you may read, as a ZIP with a manifest of their hashes.',
    'chancery export collection "Transit and corridors" --out corridors.zip',
  )
    .argument('<collection>', 'name or id')
    .requiredOption('--out <file>', 'the ZIP')
    .option('--format <formats>', 'pdf, docx, md, eml, several with commas', formats, ['pdf', 'md'])
    .action(
      withClient<ExportFlags, [string]>(terminal, async ({ client, report }, flags, wanted) => {
        const { exportCollection } = await import('../export/documents.js');
        const { writeArchive } = await import('../export/archive.js');
        const { id, name, documentCount } = await findCollection(client, wanted);
        const line = new ProgressLine(report);
        const onDocument = (count: number): void => {
          line.show(`${count} of ${documentCount} documents`);
        };
        const path = resolve(flags.out);
        const options = { collection: { id, name }, formats: flags.format, onDocument };
        const archived = await writeArchive(path, exportCollection(client, id), options).finally(() => {
          line.clear();
        });
        noteUnprintable(report, archived.unprintable);
        const { documents } = archived;
        report.result({ path, documents }, () => `${documents} documents of ${oneLine(name)}: ${isolate(path)}`);
      }),
    );
}

interface OriginalFlags extends VaultFlags {
  readonly out: string;
  readonly version?: number;
}

function originalCommand(terminal: Terminal): Command {
  return vaultCommand(
    'original',
    'Fetch the file that a document was made from, as it was filed.',
    'chancery export original 0195f1c2-7a64-7c11-9d2e-5f4b1c0a9e77 --out ~/Documents/',
  )
    .argument('<document>', 'id, as search prints it')
    .option('--out <path>', 'folder, or the name of the file', '.')
    .option('--version <number>', 'an earlier version', wholeNumber(1, 1_000_000))
    .action(
      withClient<OriginalFlags, [string]>(terminal, async ({ client, report }, { out, version }, id) => {
        const { saveOriginal } = await import('../export/saveOriginal.js');
        const line = new ProgressLine(report);
        const saved = await saveOriginal(client, { id, version: version ?? null }, out, (done, original) => {
          line.show(transferWords('Fetching', { ...original, done }));
        }).finally(() => {
          line.clear();
        });
        report.result(saved, () => `saved  ${isolate(oneLine(saved.path))}  ${sizeWords(saved.size)}`);
      }),
    );
}

function verifyCommand(terminal: Terminal): Command {
  return command(
    'verify',
    'Compare a ZIP of an export with its manifest. Needs neither vault nor server.',
    'chancery export verify corridors.zip',
  )
    .argument('<zip>', 'file that chancery export collection has written')
    .action(
      withReport<Flags, [string]>(terminal, async (report, _flags, path) => {
        const { verifyArchive } = await import('../export/verifyArchive.js');
        const { manifest, files, problems } = await verifyArchive(resolve(path));
        const { exportId, at, person, post, marking, collection, documents } = manifest;
        const about = { exportId, at, person, post, marking, collection: collection.name, documents: documents.length };
        report.result({ ...about, files, problems }, () =>
          [
            `${marking}: ${documents.length} documents of ${oneLine(collection.name)}, ${files} files.`,
            `Taken out by ${oneLine([person, post].join(', '))} at ${at}, export ${exportId}.`,
            ...problems.map(({ path: name, problem }) => `${problem}: ${isolate(oneLine(name))}`),
          ].join('\n'),
        );
        if (problems.length === 0) return;
        throw new ChanceryError('ATTACHMENT_FORGED', `${problems.length} files are not as they were taken out`, {
          remedy: 'Do not rely on this archive; ask for it again.',
        });
      }),
    );
}

function noteUnprintable(report: Report, characters: ReadonlySet<string>): void {
  if (characters.size === 0) return;
  const some = [...characters].slice(0, 12).join(' ');
  const words = `${characters.size} characters have no font and stand as boxes in PDF: ${some}`;
  report.note(`${words}. Chinese, Japanese and Korean need the packages @embedpdf/fonts-sc and @embedpdf/fonts-kr.`);
}
