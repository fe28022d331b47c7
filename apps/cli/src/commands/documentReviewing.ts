import type { Command } from 'commander';

import { ChanceryError } from '#client';
import type { Client } from '#client';
import {
  AnswerReviewDocument,
  DocumentBlocksDocument,
  MyReviewsDocument,
  RequestReviewDocument,
  SupersedeDocumentDocument,
  WithdrawReviewDocument,
} from '#contracts';
import type { MyReviewsQuery, ReviewAnswer } from '#contracts';

import { collect, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { findPeople } from '../lookup.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { time } from '../values.js';

type ReviewView = MyReviewsQuery['myReviews']['edges'][number]['node'];

interface ReviewFlags extends VaultFlags {
  readonly by: string[];
  readonly until?: string;
  readonly note: string;
}

export function reviewCommand(terminal: Terminal): Command {
  return vaultCommand(
    'review',
    'Ask people to judge the newest version of a document.',
    'chancery document review 019a… --by "Leila Haddad" --by "Tomas Berg" --until 2026-12-01',
  )
    .argument('<id>', 'id of the document')
    .requiredOption('--by <person>', 'who is asked: name or id; may be given several times', collect)
    .option('--until <date>', 'until when they are asked to answer', time)
    .option('--note <text>', 'what they should look at', '')
    .action(
      withClient<ReviewFlags, [string]>(terminal, async ({ client, report }, { by, until, note }, documentId) => {
        await client.catchUp();
        const people = await findPeople(client, by);
        const dueAt = until === undefined ? {} : { dueAt: until };
        const reviewers = people.map(({ id: personId }) => ({ personId, ...dueAt }));
        const version = await newestOf(client, documentId);
        const input = { documentId, version, reviewers, note };
        const { requestReview } = await client.execute(RequestReviewDocument, { input });
        const names = people.map(({ name }) => name).join(', ');
        report.result(requestReview, () => `Version ${String(version)} waits for ${names}.\n${requestReview.id}`);
      }),
    );
}

async function opened(client: Client, id: string) {
  const { document } = await client.execute(DocumentBlocksDocument, { id });
  if (document) return document;
  throw new ChanceryError('NOT_FOUND', 'there is no such document', { field: 'id' });
}

const newestOf = async (client: Client, id: string): Promise<number> => (await opened(client, id)).version.number;

/** The open review of a document. */
async function reviewOf(client: Client, documentId: string): Promise<string> {
  const { review } = await opened(client, documentId);
  if (review?.state === 'OPEN') return review.id;
  throw new ChanceryError('NOT_FOUND', 'nobody asked for a review of this document', { field: 'id' });
}

interface AnswerFlags extends VaultFlags {
  readonly note: string;
}

function answering(terminal: Terminal, command: Command, answer: ReviewAnswer, said: string): Command {
  return command.argument('<id>', 'id of the document').action(
    withClient<AnswerFlags, [string]>(terminal, async ({ client, report }, { note }, documentId) => {
      const id = await reviewOf(client, documentId);
      const { answerReview } = await client.execute(AnswerReviewDocument, { id, answer, note });
      report.result(
        answerReview,
        () => `${said} Version ${String(answerReview.version)}: ${words(answerReview.state)}.`,
      );
    }),
  );
}

export function approveCommand(terminal: Terminal): Command {
  const command = vaultCommand(
    'approve',
    "Approve the version of a document that you were asked about; never one's own.",
    'chancery document approve 019a… --note "Agreed with the legal adviser"',
  ).option('--note <text>', 'for the author', '');
  return answering(terminal, command, 'APPROVED', 'Approved.');
}

export function requestChangesCommand(terminal: Terminal): Command {
  const command = vaultCommand(
    'request-changes',
    'Send the version of a document back to its author, and say why.',
    'chancery document request-changes 019a… --note "The second article is open"',
  ).requiredOption('--note <text>', 'what has to change');
  return answering(terminal, command, 'CHANGES_REQUESTED', 'Sent back.');
}

export function withdrawReviewCommand(terminal: Terminal): Command {
  return vaultCommand('withdraw-review', 'End a review that you asked for.', 'chancery document withdraw-review 019a…')
    .argument('<id>', 'id of the document')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _flags, documentId) => {
        const { withdrawReview } = await client.execute(WithdrawReviewDocument, {
          id: await reviewOf(client, documentId),
        });
        report.result(withdrawReview, () => 'The review is withdrawn.');
      }),
    );
}

export function reviewsCommand(terminal: Terminal): Command {
  return vaultCommand('reviews', 'List what waits for your approval.', 'chancery document reviews').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      report.results(await waiting(client), (all) => reviewTable(terminal, all));
    }),
  );
}

async function waiting(client: Client): Promise<ReviewView[]> {
  const all: ReviewView[] = [];
  let after: string | null = null;
  do {
    const { myReviews }: MyReviewsQuery = await client.execute(MyReviewsDocument, { first: 100, after });
    all.push(...myReviews.edges.map(({ node }) => node));
    after = myReviews.pageInfo.hasNextPage ? myReviews.pageInfo.endCursor : null;
  } while (after !== null);
  return all;
}

function reviewTable(terminal: Terminal, reviews: readonly ReviewView[]): string {
  return table(
    terminal,
    [
      { title: 'Document', of: ({ documentId }) => documentId },
      { title: 'Version', of: ({ version }) => String(version) },
      { title: 'Asked', of: ({ createdAt }) => createdAt.slice(0, 10) },
      {
        title: 'Until',
        of: ({ reviewers }) => reviewers.find(({ dueAt }) => dueAt !== null)?.dueAt?.slice(0, 10) ?? '',
      },
      { title: 'Note', of: ({ note }) => note, flexible: true },
    ],
    reviews,
    'Nothing waits for you.',
  );
}

export function supersedeCommand(terminal: Terminal): Command {
  return vaultCommand(
    'supersede',
    'Say that another document took the place of this one.',
    'chancery document supersede 019a… --by 019b…',
  )
    .argument('<id>', 'id of the old document')
    .requiredOption('--by <id>', 'id of the new one')
    .action(
      withClient<VaultFlags & { readonly by: string }, [string]>(terminal, async ({ client, report }, { by }, id) => {
        await client.execute(SupersedeDocumentDocument, { id, by });
        report.result({ id, supersededBy: by }, () => 'The document is superseded.');
      }),
    );
}

const words = (state: string): string => state.toLowerCase().replaceAll('_', ' ');
