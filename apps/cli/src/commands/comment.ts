import type { Command } from 'commander';

import type { Client } from '#client';
import {
  AddCommentDocument,
  CommentsDocument,
  DeleteCommentDocument,
  EditCommentDocument,
  RemoveCommentDocument,
  ResolveCommentDocument,
} from '#contracts';
import type { CommentPartsFragment } from '#contracts';

import { collect, family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { newId } from '../id.js';
import { parseMarking, policyOf, toLabelInput } from '../label.js';
import { choose, findPeople } from '../lookup.js';
import { PAGE, everyPage } from '../pages.js';
import { withClient } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { harmless, isolate, oneLine, wrap } from '../terminal/text.js';

const READING_WIDTH = 80;

export function commentCommand(terminal: Terminal): Command {
  return family('comment', 'Comment on documents and their paragraphs, and answer each other.', [
    listCommand(terminal),
    addCommand(terminal),
    answerCommand(terminal),
    editCommand(terminal),
    resolveCommand(terminal, 'resolve'),
    resolveCommand(terminal, 'reopen'),
    deleteCommand(terminal),
    removeCommand(terminal),
  ]);
}

interface ListFlags extends VaultFlags {
  readonly block?: string;
  readonly open?: boolean;
}

function listCommand(terminal: Terminal): Command {
  return vaultCommand('list', 'List the comments on a document, thread by thread.', 'chancery comment list 019a…')
    .argument('<document>', 'id of the document')
    .option('--block <id>', 'only those on this paragraph')
    .option('--open', 'only threads that are not resolved')
    .action(
      withClient<ListFlags, [string]>(terminal, async ({ client, report }, { block, open }, documentId) => {
        const found = threaded(
          await commentsOn(client, documentId, { blockId: block ?? null, openOnly: open ?? false }),
        );
        const names = report.json ? new Map<string, string>() : await namesOf(client);
        report.results(found, (all) => listWords(terminal, all, names));
      }),
    );
}

interface MentionFlags extends VaultFlags {
  readonly mention?: readonly string[];
}

interface AddFlags extends MentionFlags {
  readonly block?: string;
  readonly label?: string;
}

function addCommand(terminal: Terminal): Command {
  const command = vaultCommand(
    'add',
    'Comment on a document, or on one paragraph of it (ids: chancery document show ID --markdown).',
    'chancery comment add 019a… "Who says so?" --block 4b1c0a9e7d2f5613 --mention "Leila Haddad"',
  ).option('--block <id>', 'the paragraph');
  return writing(command)
    .argument('<document>', 'id of the document')
    .argument('<text>', 'what you say')
    .action(
      withClient<AddFlags, [string, string]>(terminal, async ({ client, report }, flags, documentId, text) => {
        const place = { documentId, blockId: flags.block ?? null };
        const made = await add(client, { ...place, text }, flags);
        report.result(made, () => `Said, as ${made.label.marking}.\n${made.id}`);
      }),
    );
}

function answerCommand(terminal: Terminal): Command {
  const command = vaultCommand(
    'answer',
    'Answer a comment on a document.',
    'chancery comment answer 019a… 7d2f5613 "The legal adviser does."',
  );
  return writing(command)
    .argument('<document>', 'id of the document')
    .argument('<comment>', 'id of the comment, or its end')
    .argument('<text>', 'what you say')
    .action(
      withClient<AddFlags, [string, string, string]>(
        terminal,
        async ({ client, report }, flags, documentId, wanted, text) => {
          const comments = await commentsOn(client, documentId, {});
          const first = choose(
            'comment',
            wanted,
            comments.map(({ id }) => ({ id, name: id })),
          );
          const answered = comments.find(({ id }) => id === first.id);
          const answerTo = answered?.answerTo ?? first.id;
          const made = await add(client, { documentId, answerTo, text }, flags);
          report.result(made, () => `Answered, as ${made.label.marking}.\n${made.id}`);
        },
      ),
    );
}

function writing(command: Command): Command {
  return mentioning(command, 'who gets a notice if they may read it; may be given several times').option(
    '--label <marking>',
    "a higher label than the paragraph's",
  );
}

const mentioning = (command: Command, description: string): Command =>
  command.option('--mention <person>', description, collect);

async function mentioned(client: Client, wanted: readonly string[]): Promise<string[]> {
  await client.catchUp();
  return (await findPeople(client, wanted)).map(({ id }) => id);
}

async function add(
  client: Client,
  said: { documentId: string; text: string; blockId?: string | null; answerTo?: string },
  { mention, label }: AddFlags,
): Promise<CommentPartsFragment> {
  const mentions = mention ? await mentioned(client, mention) : [];
  const marked =
    label === undefined ? {} : { label: toLabelInput(parseMarking(label, await policyOf(client), '--label')) };
  const input = { id: newId(), ...said, mentions, ...marked };
  return (await client.execute(AddCommentDocument, { input })).addComment;
}

function editCommand(terminal: Terminal): Command {
  const command = vaultCommand(
    'edit',
    'Change a comment of your own.',
    'chancery comment edit 019a… "Who said so, and when?" --mention "Leila Haddad"',
  );
  return mentioning(command, 'who is mentioned, in place of those before; may be given several times')
    .argument('<comment>', 'id of the comment')
    .argument('<text>', 'what you say instead')
    .action(
      withClient<MentionFlags, [string, string]>(terminal, async ({ client, report }, { mention }, id, text) => {
        const mentions = mention && { mentions: await mentioned(client, mention) };
        const { editComment } = await client.execute(EditCommentDocument, { id, text, ...mentions });
        report.result(editComment, () => 'Changed.');
      }),
    );
}

function resolveCommand(terminal: Terminal, verb: 'resolve' | 'reopen'): Command {
  const isResolved = verb === 'resolve';
  const description = isResolved ? 'Say that a thread is settled.' : 'Open a settled thread again.';
  return vaultCommand(verb, description, `chancery comment ${verb} 019a…`)
    .argument('<comment>', 'id of the comment that began the thread')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _flags, id) => {
        const { resolveComment } = await client.execute(ResolveCommentDocument, { id, isResolved });
        report.result(resolveComment, () => (isResolved ? 'Settled.' : 'Open again.'));
      }),
    );
}

function deleteCommand(terminal: Terminal): Command {
  return vaultCommand('delete', 'Delete a comment of your own.', 'chancery comment delete 019a…')
    .argument('<comment>', 'id of the comment')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _flags, id) => {
        await client.execute(DeleteCommentDocument, { id });
        report.result({ id, deleted: true }, () => 'Deleted.');
      }),
    );
}

function removeCommand(terminal: Terminal): Command {
  return vaultCommand(
    'remove',
    "Remove somebody else's comment: for who manages the collection, and on the record.",
    'chancery comment remove 019a…',
  )
    .argument('<comment>', 'id of the comment')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _flags, id) => {
        await client.execute(RemoveCommentDocument, { id });
        report.result({ id, removed: true }, () => 'Removed; the audit trail says so.');
      }),
    );
}

async function commentsOn(
  client: Client,
  documentId: string,
  asked: { blockId?: string | null; openOnly?: boolean },
): Promise<CommentPartsFragment[]> {
  return everyPage(async (after) => {
    const { comments } = await client.execute(CommentsDocument, { documentId, first: PAGE, after, ...asked });
    return comments;
  });
}

/** Each thread together, in the order in which the threads began. */
function threaded(comments: readonly CommentPartsFragment[]): CommentPartsFragment[] {
  const firsts = comments.filter(({ answerTo }) => answerTo === null);
  return firsts.flatMap((first) => [first, ...comments.filter(({ answerTo }) => answerTo === first.id)]);
}

async function namesOf(client: Client): Promise<Map<string, string>> {
  await client.catchUp();
  return new Map((await client.people()).map(({ id, name }) => [id, name]));
}

function listWords(
  terminal: Terminal,
  comments: readonly CommentPartsFragment[],
  names: ReadonlyMap<string, string>,
): string {
  if (comments.length === 0) return terminal.colours.dim('Nobody has said anything that you may read.');
  return comments.map((comment) => commentWords(terminal, comment, names)).join('\n\n');
}

function commentWords(terminal: Terminal, comment: CommentPartsFragment, names: ReadonlyMap<string, string>): string {
  const { colours } = terminal;
  const { authorId, createdAt, label, text, isDeleted, answerTo, resolvedAt, id } = comment;
  const indent = answerTo === null ? '' : '    ';
  const author = authorId === null ? '' : isolate(oneLine(names.get(authorId) ?? authorId));
  const facts = [createdAt.slice(0, 16).replace('T', ' '), placeOf(comment), resolvedAt === null ? '' : 'settled'];
  const said = isDeleted ? [colours.dim('deleted')] : wrap(harmless(text), Math.min(READING_WIDTH, terminal.width) - 4);
  return [
    `${colours.bold(author)}  ${colours.inverse(` ${label.marking} `)}  ${colours.dim(facts.filter((fact) => fact !== '').join(' · '))}`,
    ...said.map((line) => (isDeleted ? line : isolate(line))),
    colours.dim(id),
  ]
    .map((line) => `${indent}${line}`)
    .join('\n');
}

function placeOf({ blockId, isOnFormerBlock, version }: CommentPartsFragment): string {
  if (blockId === null) return '';
  return isOnFormerBlock ? `on a former paragraph of version ${String(version)}` : `on paragraph ${blockId}`;
}
