import type { Command } from 'commander';

import { ChanceryError } from '#client';
import {
  CompareVersionsDocument,
  DocumentBlocksDocument,
  DocumentKindsDocument,
  DocumentVersionsDocument,
  MoveDocumentsDocument,
  RestoreVersionDocument,
} from '#contracts';
import type { DocumentBlocksQuery, DocumentKindsQuery, DocumentVersionsQuery } from '#contracts';
import { documentText, toMarkdownText } from '#document';
import { portionMark } from '#policy';
import type { SecurityPolicy } from '#policy';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { changesWords, readBlocks } from '../documentChanges.js';
import { refusalError } from '../failure.js';
import { policyOf } from '../label.js';
import { findCollection } from '../lookup.js';
import { withClient } from '../session.js';
import { fields } from '../terminal/fields.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { harmless, isolate, oneLine, wrap } from '../terminal/text.js';
import { wholeNumber } from '../values.js';
import {
  approveCommand,
  requestChangesCommand,
  reviewCommand,
  reviewsCommand,
  supersedeCommand,
  withdrawReviewCommand,
} from './documentReviewing.js';
import { discardCommand, draftsCommand, editCommand, newCommand, publishCommand } from './documentWriting.js';

type Opened = NonNullable<DocumentBlocksQuery['document']>;
type VersionView = NonNullable<DocumentVersionsQuery['document']>['versions']['edges'][number]['node'];
type KindView = DocumentKindsQuery['documentKinds'][number];

const READING_WIDTH = 80;
const versionNumber = wholeNumber(1, 2_147_483_647);

export function documentCommand(terminal: Terminal): Command {
  return family('document', 'Write documents together: drafts, versions, reviews, parts with labels of their own.', [
    kindsCommand(terminal),
    newCommand(terminal),
    editCommand(terminal),
    showCommand(terminal),
    draftsCommand(terminal),
    publishCommand(terminal),
    discardCommand(terminal),
    versionsCommand(terminal),
    compareCommand(terminal),
    restoreCommand(terminal),
    moveCommand(terminal),
    reviewCommand(terminal),
    reviewsCommand(terminal),
    approveCommand(terminal),
    requestChangesCommand(terminal),
    withdrawReviewCommand(terminal),
    supersedeCommand(terminal),
  ]);
}

function kindsCommand(terminal: Terminal): Command {
  return vaultCommand(
    'kinds',
    'List the kinds of documents, their fields and parts.',
    'chancery document kinds',
  ).action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      const { documentKinds } = await client.execute(DocumentKindsDocument, {});
      report.results(documentKinds, (all) => kindTable(terminal, all));
    }),
  );
}

function kindTable(terminal: Terminal, kinds: readonly KindView[]): string {
  return table(
    terminal,
    [
      { title: 'Kind', of: ({ id }) => id, paint: terminal.colours.bold },
      { title: 'Approvals', of: ({ approvals }) => String(approvals) },
      { title: 'Parts', of: ({ parts }) => parts.join(', ') },
      { title: 'Fields', of: ({ fields: names }) => names.join(', '), flexible: true },
    ],
    kinds,
    'There are no kinds.',
  );
}

interface ShowFlags extends VaultFlags {
  readonly version?: number;
  readonly markdown?: boolean;
}

function showCommand(terminal: Terminal): Command {
  return vaultCommand(
    'show',
    'Show a document with the parts that you may read.',
    'chancery document show 019a…',
    'chancery document show 019a… --markdown > brief.md',
  )
    .argument('<id>', 'id of the document')
    .option('--version <number>', 'an older version', versionNumber)
    .option('--markdown', 'the text as Markdown that can be edited: chancery document edit')
    .action(
      withClient<ShowFlags, [string]>(terminal, async ({ client, report }, { version, markdown }, id) => {
        const asked = version === undefined ? {} : { version };
        const { document } = await client.execute(DocumentBlocksDocument, { id, ...asked });
        if (!document) throw new ChanceryError('NOT_FOUND', 'there is no such document', { field: 'id' });
        const policy = await policyOf(client);
        if (markdown === true) report.result(markdownOf(document), () => markdownOf(document).markdown.trimEnd());
        else report.result(document, () => documentWords(terminal, document, policy));
      }),
    );
}

function markdownOf({ id, version, footnotes }: Opened): { id: string; version: number; markdown: string } {
  const markdown = toMarkdownText(readBlocks(version.blocks), { footnotes, keepsBlocks: true });
  return { id, version: version.number, markdown };
}

function documentWords(terminal: Terminal, document: Opened, policy: SecurityPolicy): string {
  const { colours } = terminal;
  const banner = colours.inverse(` ${document.label.marking} `);
  return [
    banner,
    colours.bold(isolate(oneLine(document.title))),
    fields(terminal, factsOf(document)),
    '',
    ...bodyWords(terminal, document.version.blocks, policy),
    ...document.parts.flatMap((part) => [
      '',
      `${colours.inverse(` ${part.label.marking} `)} ${colours.bold(isolate(oneLine(part.title)))} ${colours.dim(part.id)}`,
      ...bodyWords(terminal, part.version.blocks, policy),
    ]),
    ...document.footnotes.map(({ mark, text }) => colours.dim(isolate(oneLine(`[${mark}] ${text}`)))),
    banner,
  ].join('\n');
}

/** Blocks with a label of their own carry its mark, as papers do. */
function bodyWords(terminal: Terminal, json: string, policy: SecurityPolicy): string[] {
  const width = Math.min(READING_WIDTH, terminal.width);
  const { content } = readBlocks(json);
  return content.flatMap((block, index) => {
    const mark = block.attrs.label ? `${portionMark(block.attrs.label, policy)} ` : '';
    const text = mark + documentText({ type: 'doc', content: [block] });
    const lines = wrap(harmless(text), width).map((line) => isolate(line));
    const shown = block.type === 'heading' ? lines.map(terminal.colours.bold) : lines;
    return index === 0 ? shown : ['', ...shown];
  });
}

function factsOf(document: Opened): [string, string][] {
  const { state, approvedVersion, supersededBy, version, review, dates } = document;
  return [
    ['Kind', document.kind.replaceAll('-', ' ')],
    ['Version', `${String(version.number)}, ${version.createdAt.slice(0, 10)}`],
    ['State', state.toLowerCase().replaceAll('_', ' ')],
    ['Approved', approvedVersion === null ? '' : `version ${String(approvedVersion)}`],
    ['Review', review ? `version ${String(review.version)}: ${review.state.toLowerCase().replaceAll('_', ' ')}` : ''],
    [dates.isExpired ? 'Expired' : 'Expires', dates.expiresOn ?? ''],
    ['Superseded by', supersededBy ?? ''],
    ['Id', document.id],
  ];
}

function versionsCommand(terminal: Terminal): Command {
  return vaultCommand(
    'versions',
    'List the versions of a document that you may read.',
    'chancery document versions 019a…',
  )
    .argument('<id>', 'id of the document')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _flags, id) => {
        const all: VersionView[] = [];
        let after: string | null = null;
        do {
          const { document }: DocumentVersionsQuery = await client.execute(DocumentVersionsDocument, {
            id,
            first: 100,
            after,
          });
          if (!document) throw new ChanceryError('NOT_FOUND', 'there is no such document', { field: 'id' });
          all.push(...document.versions.edges.map(({ node }) => node));
          after = document.versions.pageInfo.hasNextPage ? document.versions.pageInfo.endCursor : null;
        } while (after !== null);
        report.results(all, (versions) => versionTable(terminal, versions));
      }),
    );
}

function versionTable(terminal: Terminal, versions: readonly VersionView[]): string {
  return table(
    terminal,
    [
      { title: 'Version', of: ({ number }) => String(number) },
      { title: 'Made', of: ({ createdAt }) => createdAt.slice(0, 16).replace('T', ' ') },
      { title: 'Note', of: ({ changeNote }) => changeNote, flexible: true },
      { title: 'SHA-256', of: ({ sha256 }) => sha256.slice(0, 16), paint: terminal.colours.dim },
    ],
    versions,
    'There are no versions that you may read.',
  );
}

function compareCommand(terminal: Terminal): Command {
  return vaultCommand(
    'compare',
    'Show what changed between two versions, block by block and word by word.',
    'chancery document compare 019a… 2 5',
  )
    .argument('<id>', 'id of the document')
    .argument('<from>', 'number of the earlier version', versionNumber)
    .argument('<to>', 'number of the later version', versionNumber)
    .action(
      withClient<VaultFlags, [string, number, number]>(
        terminal,
        async ({ client, report }, _flags, documentId, from, to) => {
          const { compareVersions } = await client.execute(CompareVersionsDocument, { documentId, from, to });
          report.results(compareVersions, (all) => changesWords(terminal, all));
        },
      ),
    );
}

interface RestoreFlags extends VaultFlags {
  readonly note: string;
}

function restoreCommand(terminal: Terminal): Command {
  return vaultCommand(
    'restore',
    'Make a new version with the text of an old one; its label covers both.',
    'chancery document restore 019a… 2 --note "The minister prefers it"',
  )
    .argument('<id>', 'id of the document')
    .argument('<version>', 'number of the version', versionNumber)
    .option('--note <text>', 'why', '')
    .action(
      withClient<RestoreFlags, [string, number]>(
        terminal,
        async ({ client, report }, { note }, documentId, version) => {
          const { document } = await client.execute(DocumentBlocksDocument, { id: documentId });
          if (!document) throw new ChanceryError('NOT_FOUND', 'there is no such document', { field: 'id' });
          const asked = { documentId, version, baseVersion: document.version.number, changeNote: note };
          const { restoreVersion } = await client.execute(RestoreVersionDocument, asked);
          if (restoreVersion.__typename === 'FileRefused') throw refusalError(restoreVersion.refusal);
          const { versionNumber: made, outcome } = restoreVersion;
          report.result(
            { documentId, versionNumber: made, outcome },
            () => `Version ${String(version)} is restored as version ${String(made)}.`,
          );
        },
      ),
    );
}

function moveCommand(terminal: Terminal): Command {
  return vaultCommand(
    'move',
    'Put documents, with their parts, into another collection, all or none. It takes the access write to both.',
    'chancery document move 019a… 019b… --to "Transit and corridors"',
  )
    .argument('<ids...>', 'ids of documents')
    .requiredOption('--to <collection>', 'name or id')
    .action(
      withClient<VaultFlags & { readonly to: string }, [string[]]>(
        terminal,
        async ({ client, report }, { to }, documentIds) => {
          const { id: collectionId, name } = await findCollection(client, to);
          await client.execute(MoveDocumentsDocument, { documentIds, collectionId });
          const words = `Moved to ${isolate(oneLine(name))}: ${String(documentIds.length)}.`;
          report.result({ documentIds, collectionId }, () => words);
        },
      ),
    );
}
