import type { Command } from 'commander';

import type { ApprovalView, Client } from '#client';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { choose, shortId } from '../lookup.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { oneLine } from '../terminal/text.js';

export function approvalsCommand(terminal: Terminal): Command {
  return family('approvals', 'Acts that need two officers: read them, approve or refuse them.', [
    listCommand(terminal),
    showCommand(terminal),
    approveCommand(terminal),
    refuseCommand(terminal),
  ]);
}

/** What the proposer reads. */
export function waitingWords({ colours }: Terminal, approval: ApprovalView): string {
  return [
    `${colours.yellow('waiting')}  ${approval.id}`,
    ...approval.words.map(oneLine),
    colours.dim(`It holds when another officer has approved it, until ${timeWords(approval.expiresAt)}:`),
    colours.dim(`chancery approvals approve ${shortId(approval.id)}`),
  ].join('\n');
}

function listCommand(terminal: Terminal): Command {
  return vaultCommand('list', 'List the acts that wait for a second officer.', 'chancery approvals list').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      await client.catchUp();
      const all = await client.administration.approvals.list();
      report.results(all.map(resultOf), () => approvalTable(terminal, all));
    }),
  );
}

function showCommand(terminal: Terminal): Command {
  return vaultCommand(
    'show',
    'Show an act as this device reads it in the signed statements.',
    'chancery approvals show 4b1c0a9e',
  )
    .argument('<act>', 'id of the act, or its end')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, wanted) => {
        await client.catchUp();
        const approval = await find(client, wanted);
        report.result(resultOf(approval), () => approvalWords(terminal, approval));
      }),
    );
}

function approveCommand(terminal: Terminal): Command {
  return vaultCommand(
    'approve',
    'Sign an act that another officer has proposed: it holds at once. Read it first, with `show`.',
    'chancery approvals approve 4b1c0a9e',
  )
    .argument('<act>', 'id of the act, or its end')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, wanted) => {
        await client.catchUp();
        const approval = await find(client, wanted);
        report.note(approvalWords(terminal, approval));
        await client.administration.approve(approval);
        report.result({ ...resultOf(approval), state: 'APPROVED' }, () => terminal.colours.green('approved'));
      }),
    );
}

function refuseCommand(terminal: Terminal): Command {
  return vaultCommand(
    'refuse',
    'Refuse an act of another officer, or withdraw your own.',
    'chancery approvals refuse 4b1c0a9e',
  )
    .argument('<act>', 'id of the act, or its end')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, wanted) => {
        await client.catchUp();
        const { id } = await find(client, wanted);
        const refused = await client.administration.approvals.refuse(id);
        report.result(resultOf(refused), () => refused.state.toLowerCase());
      }),
    );
}

/** The act that somebody means, among those that wait. */
async function find(client: Client, wanted: string): Promise<ApprovalView> {
  const open = await client.administration.approvals.list();
  const { id } = choose(
    'act',
    wanted,
    open.map((approval) => ({ id: approval.id, name: approval.id })),
  );
  // whole, with the text of a policy, which lists leave out
  return client.administration.approvals.get(id);
}

const SHOWN = [
  'id',
  'state',
  'words',
  'proposerId',
  'proposerName',
  'own',
  'genuine',
  'createdAt',
  'expiresAt',
] as const;

/** JSON without the bytes of keys, which no reader of it needs. */
const resultOf = (approval: ApprovalView): object => Object.fromEntries(SHOWN.map((field) => [field, approval[field]]));

function approvalWords({ colours }: Terminal, approval: ApprovalView): string {
  const by = approval.own ? 'you' : approval.proposerName;
  const warning = approval.genuine
    ? []
    : [colours.red('This was not signed by an officer who is known: do not approve it.')];
  return [
    colours.dim(`Proposed by ${oneLine(by)}, open until ${timeWords(approval.expiresAt)}:`),
    ...approval.words.map(oneLine),
    ...warning,
  ].join('\n');
}

function approvalTable(terminal: Terminal, approvals: readonly ApprovalView[]): string {
  const { colours } = terminal;
  return table(
    terminal,
    [
      { title: 'Act', of: ({ words }) => words.join(' '), flexible: true, paint: colours.bold },
      {
        title: 'Proposed by',
        of: ({ own, proposerName }) => (own ? 'you' : proposerName),
        flexible: true,
        paint: (cell, { genuine }) => (genuine ? cell : colours.red(cell)),
      },
      { title: 'Ends', of: ({ expiresAt }) => timeWords(expiresAt) },
      { title: 'Id', of: ({ id }) => shortId(id), paint: colours.dim },
    ],
    approvals,
    'Nothing waits for approval.',
  );
}

const timeWords = (time: string): string => time.slice(0, 16).replace('T', ' ');
