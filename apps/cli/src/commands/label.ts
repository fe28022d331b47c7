import type { Command } from 'commander';

import { DocumentDocument } from '#contracts';
import { canonicalLabel, marking, portionMark, toStanag, writeStanagLabel } from '#policy';
import type { Label } from '#policy';
import { ChanceryError } from '#client';
import type { Client } from '#client';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { usage } from '../failure.js';
import { parseMarking, policyOf } from '../label.js';
import { withClient } from '../session.js';
import { fields } from '../terminal/fields.js';
import type { Terminal } from '../terminal/terminal.js';

interface ShowFlags extends VaultFlags {
  readonly stanag?: boolean;
  readonly reviewAt?: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;
const CONVERSATION = /^[0-9a-f]{32}$/u;
const REVIEW_YEARS = 5;

export function labelCommand(terminal: Terminal): Command {
  return family('label', 'Labels: what they mean under the policy in force, and how other systems write them.', [
    showCommand(terminal),
  ]);
}

function showCommand(terminal: Terminal): Command {
  return vaultCommand(
    'show',
    'Show a label: one in words, that of a document or that of a conversation.',
    'chancery label show "SECRET // CRYPTO" --stanag',
    'chancery label show 019a5c2e-8f00-7abc-8def-0123456789ab --stanag > label.xml',
  )
    .argument('<label>', 'a marking, or the id of a document or conversation')
    .option('--stanag', 'as STANAG 4774 confidentiality label (XML)')
    .option('--review-at <date>', `when the label is looked at again; default: in ${String(REVIEW_YEARS)} years`)
    .action(
      withClient<ShowFlags, [string]>(terminal, async ({ client, report }, flags, wanted) => {
        const policy = await policyOf(client);
        const { label, createdAt } = await find(client, wanted);
        if (flags.stanag === true) {
          const reviewAt = reviewOf(flags, createdAt);
          const information = toStanag(label, policy);
          const stanag = writeStanagLabel({ kind: 'originator', information, createdAt, reviewAt });
          report.result({ label, stanag }, () => stanag.trimEnd());
          return;
        }
        const view = { label, marking: marking(label, policy), portion: portionMark(label, policy) };
        report.result(view, () =>
          fields(terminal, [
            ['Marking', view.marking],
            ['Portion', view.portion],
            ['Text', canonicalLabel(label)],
          ]),
        );
      }),
    );
}

interface Found {
  readonly label: Label;
  readonly createdAt: Date;
}

async function find(client: Client, wanted: string): Promise<Found> {
  if (UUID.test(wanted)) {
    const { document } = await client.execute(DocumentDocument, { id: wanted });
    if (!document) throw new ChanceryError('NOT_FOUND', 'there is no such document', { field: 'label' });
    const { policy, level, categories } = document.label;
    return { label: { policy, level, categories }, createdAt: new Date(document.version.createdAt) };
  }
  if (CONVERSATION.test(wanted)) {
    const { label } = await client.conversation(wanted);
    return { label, createdAt: new Date() };
  }
  return { label: parseMarking(wanted, await policyOf(client), 'label'), createdAt: new Date() };
}

function reviewOf({ reviewAt }: ShowFlags, createdAt: Date): Date {
  if (reviewAt === undefined) {
    const review = new Date(createdAt);
    review.setUTCFullYear(review.getUTCFullYear() + REVIEW_YEARS);
    return review;
  }
  const at = new Date(reviewAt);
  if (Number.isNaN(at.getTime())) throw usage(`"${reviewAt}" is no date`, '--review-at', 'Write 2031-11-22.');
  return at;
}
