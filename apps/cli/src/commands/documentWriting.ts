import { readFile } from 'node:fs/promises';
import { text as textOfStream } from 'node:stream/consumers';

import type { Command } from 'commander';

import { ChanceryError } from '#client';
import type { Client } from '#client';
import {
  DiscardDraftDocument,
  DocumentBlocksDocument,
  DocumentKindsDocument,
  DraftDocument,
  DraftsDocument,
  PublishDraftDocument,
  SaveDraftDocument,
} from '#contracts';
import type { DocumentBlocksQuery, DocumentInput, DraftsQuery, PublishDraftMutation } from '#contracts';
import { DocumentError, keepIds, parseDocument, readMarkdown } from '#document';
import type { ReadBody } from '#document';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { readBlocks } from '../documentChanges.js';
import { refusalError, usage } from '../failure.js';
import { newId } from '../id.js';
import { parseMarking, policyOf, toLabelInput } from '../label.js';
import { findCollection } from '../lookup.js';
import type { Report } from '../report.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

type Opened = NonNullable<DocumentBlocksQuery['document']>;
type DraftView = DraftsQuery['drafts']['edges'][number]['node'];
type Published = PublishDraftMutation['publishDraft'];

interface NewFlags extends VaultFlags {
  readonly kind: string;
  readonly label?: string;
  readonly language: string;
  readonly file?: string;
  readonly partOf?: string;
  readonly part?: string;
  readonly draft?: boolean;
}

export function newCommand(terminal: Terminal): Command {
  return vaultCommand(
    'new',
    'Write a document, from Markdown or from the template of its kind.',
    'chancery document new "Transit and corridors" "Karsu round, opening" --kind negotiation-brief --draft',
    'chancery document new Rivers "Red lines" --kind other --part-of 019a… --part red-lines --label SECRET --file red-lines.md',
  )
    .argument('<collection>', 'name or id')
    .argument('<title>', 'title of the document')
    .requiredOption('--kind <kind>', 'one of: chancery document kinds')
    .option('--label <marking>', 'its label; without one, that of the collection')
    .option('--language <tag>', 'language of the text', 'en')
    .option('--file <path>', 'Markdown to take; - reads it from stdin; without one, the template of the kind')
    .option('--part-of <id>', 'make it a part of this document, with a label of its own')
    .option('--part <name>', 'which part of that document it is, for instance red-lines')
    .option('--draft', 'keep it as a draft that nobody else sees')
    .action(
      withClient<NewFlags, [string, string]>(terminal, async ({ client, report }, flags, wanted, title) => {
        const { id: collectionId } = await findCollection(client, wanted);
        const document = await newDocument(client, title, flags);
        const id = newId();
        await client.execute(SaveDraftDocument, { input: { id, collectionId, seq: 1, document } });
        if (flags.draft === true) draftKept(report, id);
        else published(report, await publish(client, id), id);
      }),
    );
}

async function newDocument(client: Client, title: string, flags: NewFlags): Promise<DocumentInput> {
  const { document, footnotes } =
    flags.file === undefined ? await templateOf(client, flags.kind) : await bodyOf(flags.file);
  const label = flags.label === undefined ? {} : { label: await labelOf(client, flags.label) };
  const part = flags.partOf === undefined ? {} : { partOf: flags.partOf, slot: flags.part ?? '' };
  const { kind, language } = flags;
  return { title, kind, language, blocks: JSON.stringify(document), footnotes: [...footnotes], ...label, ...part };
}

const labelOf = async (client: Client, marking: string) =>
  toLabelInput(parseMarking(marking, await policyOf(client), '--label'));

async function templateOf(client: Client, kind: string): Promise<ReadBody> {
  const { documentKinds } = await client.execute(DocumentKindsDocument, {});
  const known = documentKinds.find(({ id }) => id === kind);
  if (known) return { document: parseDocument(JSON.parse(known.template)), footnotes: [] };
  throw usage(`"${kind}" is no kind`, '--kind', `Kinds: ${documentKinds.map(({ id }) => id).join(', ')}.`);
}

async function bodyOf(file: string): Promise<ReadBody> {
  const markdown = file === '-' ? await textOfStream(process.stdin) : await readFile(file, 'utf8');
  try {
    return readMarkdown(markdown);
  } catch (error) {
    if (error instanceof DocumentError) throw usage(error.message, '--file', 'Correct the Markdown, then try again.');
    throw error;
  }
}

interface EditFlags extends VaultFlags {
  readonly file: string;
  readonly title?: string;
  readonly label?: string;
  readonly base?: number;
  readonly note: string;
  readonly draft?: boolean;
}

export function editCommand(terminal: Terminal): Command {
  return vaultCommand(
    'edit',
    'Make a new version from Markdown; blocks that went on keep their ids. Take the Markdown from: chancery document show --markdown.',
    'chancery document edit 019a… --file brief.md --note "After the second round"',
  )
    .argument('<id>', 'id of the document')
    .requiredOption('--file <path>', 'Markdown of the new version; - reads it from stdin')
    .option('--title <title>', 'a new title')
    .option('--label <marking>', 'a new label; a lower one takes two people: chancery downgrade --help')
    .option('--base <version>', 'the version that the Markdown was made from; without one, the newest', Number)
    .option('--note <text>', 'what changed, and why', '')
    .option('--draft', 'keep it as a draft that nobody else sees')
    .action(
      withClient<EditFlags, [string]>(terminal, async ({ client, report }, flags, documentId) => {
        const version = flags.base === undefined ? {} : { version: flags.base };
        const { document: opened } = await client.execute(DocumentBlocksDocument, { id: documentId, ...version });
        if (!opened) throw new ChanceryError('NOT_FOUND', 'there is no such document', { field: 'id' });
        const document = await revised(client, opened, flags);
        const { collectionId, version: base } = opened;
        const known = (await allDrafts(client)).find((draft) => draft.documentId === documentId);
        const id = known?.id ?? newId();
        const seq = (known?.seq ?? 0) + 1;
        const draft = { id, collectionId, documentId, baseVersion: base.number, seq, document };
        await client.execute(SaveDraftDocument, { input: draft });
        if (flags.draft === true) draftKept(report, id);
        else published(report, await publish(client, id, flags.note), id);
      }),
    );
}

async function revised(client: Client, opened: Opened, flags: EditFlags): Promise<DocumentInput> {
  const { document, footnotes } = await bodyOf(flags.file);
  const kept = keepIds(document, readBlocks(opened.version.blocks));
  const { policy, level, categories } = opened.label;
  const own = toLabelInput({ policy, level, categories });
  const { kind, number, language, date, dateText, from, to, place, topics, countries, handling, sourceId } = opened;
  return {
    ...{ kind, number, language, date, dateText, from, to, place, sourceId },
    ...{ topics: [...topics], countries: [...countries], handling: [...handling] },
    fields: opened.fields.map(({ name, value }) => ({ name, value })),
    persons: opened.persons.map(({ id, name, role, description }) => ({ id, name, role, description })),
    footnotes: [...footnotes],
    title: flags.title ?? opened.title,
    label: flags.label === undefined ? own : await labelOf(client, flags.label),
    blocks: JSON.stringify(kept),
    changeNote: flags.note,
  };
}

export function draftsCommand(terminal: Terminal): Command {
  return vaultCommand('drafts', 'List your drafts, which nobody else sees.', 'chancery document drafts').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      report.results(await allDrafts(client), (all) => draftTable(terminal, all));
    }),
  );
}

function draftTable(terminal: Terminal, drafts: readonly DraftView[]): string {
  return table(
    terminal,
    [
      { title: 'Title', of: ({ title }) => title, flexible: true, paint: terminal.colours.bold },
      { title: 'Label', of: ({ label }) => label.marking },
      { title: 'Saved', of: ({ updatedAt }) => updatedAt.slice(0, 16).replace('T', ' ') },
      { title: 'From version', of: ({ baseVersion }) => String(baseVersion ?? 'new') },
      { title: 'Id', of: ({ id }) => id, paint: terminal.colours.dim },
    ],
    drafts,
    'You have no drafts.',
  );
}

async function allDrafts(client: Client): Promise<DraftView[]> {
  const all: DraftView[] = [];
  let after: string | null = null;
  do {
    const { drafts }: DraftsQuery = await client.execute(DraftsDocument, { first: 100, after });
    all.push(...drafts.edges.map(({ node }) => node));
    after = drafts.pageInfo.hasNextPage ? drafts.pageInfo.endCursor : null;
  } while (after !== null);
  return all;
}

interface PublishFlags extends VaultFlags {
  readonly note: string;
  readonly merge?: boolean;
}

export function publishCommand(terminal: Terminal): Command {
  return vaultCommand(
    'publish',
    'Publish a draft. Where somebody published meanwhile, both texts are kept, and --merge takes both where they do not meet.',
    'chancery document publish 019a… --merge',
  )
    .argument('<draft>', 'id of the draft: chancery document drafts')
    .option('--note <text>', 'what changed, and why', '')
    .option('--merge', 'merge with what was published meanwhile, where no block was changed by both')
    .action(
      withClient<PublishFlags, [string]>(terminal, async ({ client, report }, { note, merge }, id) => {
        const first = await publish(client, id, note);
        const again = merge === true && first.__typename === 'DraftConflict' && first.merged !== null;
        if (again) await takeMerged(client, id, first.merged ?? '', first.newestVersion);
        published(report, again ? await publish(client, id, note) : first, id);
      }),
    );
}

async function takeMerged(client: Client, id: string, blocks: string, baseVersion: number): Promise<void> {
  const { draft } = await client.execute(DraftDocument, { id });
  const document = { ...(JSON.parse(draft.content) as DocumentInput), blocks };
  const { collectionId, documentId, seq } = draft;
  await client.execute(SaveDraftDocument, {
    input: { id, collectionId, documentId, baseVersion, seq: seq + 1, document },
  });
}

export function discardCommand(terminal: Terminal): Command {
  return vaultCommand('discard', 'Throw a draft away.', 'chancery document discard 019a…')
    .argument('<draft>', 'id of the draft: chancery document drafts')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _flags, id) => {
        const { discardDraft } = await client.execute(DiscardDraftDocument, { id });
        report.result({ id, discarded: discardDraft }, () =>
          discardDraft ? 'The draft is gone.' : 'It was gone already.',
        );
      }),
    );
}

async function publish(client: Client, id: string, changeNote = ''): Promise<Published> {
  return (await client.execute(PublishDraftDocument, { id, changeNote })).publishDraft;
}

function draftKept(report: Report, id: string): void {
  report.result({ draftId: id }, () => `The draft is kept: chancery document publish ${id}`);
}

/** Says what became of it; a refusal and a conflict end the command, and the draft is still there. */
function published(report: Report, result: Published, draftId: string): void {
  if (result.__typename === 'FileRefused') throw refusalError(result.refusal);
  if (result.__typename === 'DraftConflict') {
    const merge = result.merged === null ? 'Both changed the same block' : 'Nothing meets';
    const remedy = `${merge}. Your text is kept as the draft ${draftId}: chancery document publish ${draftId} --merge, or edit it on version ${String(result.newestVersion)}.`;
    throw new ChanceryError('CONFLICT', `version ${String(result.newestVersion)} was published meanwhile`, { remedy });
  }
  const { documentId, versionNumber, outcome } = result;
  report.result(
    { documentId, versionNumber, outcome },
    () => `Version ${String(versionNumber)} is published.\n${documentId}`,
  );
}
