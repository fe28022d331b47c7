import type { Command } from 'commander';

import { vaultCommand } from '../command.js';
import type { ImportFlags } from '../importing.js';
import { withReport } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { languages } from '../values.js';

export function importCommand(terminal: Terminal): Command {
  return vaultCommand(
    'import',
    'File papers into a collection: PDF, Word, OpenDocument, slides, sheets, RTF, mail with what is attached, HTML, TEI volumes, Markdown, plain text, pictures (--ocr); files or whole folders. It may be broken off and begun again; what is there already stays as it is.',
    'chancery import papers/ --collection "Transit and corridors"',
    'chancery import volume.xml --dry-run --json',
  )
    .argument('<path...>', 'files and folders')
    .option('--collection <collection>', 'where to: name or id')
    .option('--dry-run', 'only read, and say what would be filed; needs neither vault nor server')
    .option('--again', 'read files again that are filed already, for instance with a newer version of this program')
    .option(
      '--ocr <languages>',
      'read pictures, and pages without text from theirs, for instance eng,rus; slow',
      languages,
    )
    .option('--policy <file>', "security policy of a dry run as JSON; default: a generic ministry's")
    .action(
      // loaded when it is needed: it brings the readers of all formats along
      withReport<ImportFlags, [string[]]>(terminal, async (report, flags, paths) =>
        (await import('../importing.js')).importPapers(report, flags, paths),
      ),
    );
}
