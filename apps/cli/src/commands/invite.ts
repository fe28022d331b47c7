import type { Command } from 'commander';

import { ChanceryError } from '#client';
import type { ClaimView, Client, Completed } from '#client';
import { InvitationsDocument, WithdrawInvitationDocument } from '#contracts';
import type { InvitationsQuery, Role } from '#contracts';

import { family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { parseMarking, policyOf } from '../label.js';
import { choose, findPost, shortId } from '../lookup.js';
import { requireQrFile, showQr, withQrOptions } from '../qrOptions.js';
import type { QrFlags } from '../qrOptions.js';
import { withClient } from '../session.js';
import type { Session } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { roles, wholeNumber } from '../values.js';
import { pollUntil } from '../wait.js';

export function inviteCommand(terminal: Terminal): Command {
  return family('invite', 'Invite people, and complete their enrolment.', [
    createCommand(terminal),
    listCommand(terminal),
    approveCommand(terminal),
    withdrawCommand(terminal),
  ]);
}

interface CreateFlags extends VaultFlags, QrFlags {
  readonly post: string;
  readonly title?: string;
  readonly clearance: string;
  readonly role?: readonly Role[];
  readonly hours: number;
}

function createCommand(terminal: Terminal): Command {
  return withQrOptions(
    vaultCommand(
      'create',
      'Make a one-time enrolment link for somebody.',
      'chancery invite create "Leila Marchetti" --post "Embassy in Tashkent" --title "Second Secretary" --clearance "SECRET//NEGOTIATION"',
    ),
  )
    .argument('<name>', 'name of the person')
    .requiredOption('--post <post>', 'where the person works: name or id')
    .requiredOption('--clearance <marking>', 'what the person may read, for instance SECRET//NEGOTIATION')
    .option('--title <title>', 'what the person is called there, for instance Counsellor')
    .option('--role <role>', 'member, planner, registrar, security_officer or auditor; may be repeated', roles)
    .option('--hours <number>', 'hours until the link ends', wholeNumber(1, 720), 72)
    .action(
      withClient<CreateFlags, [string]>(terminal, async ({ client, report }, flags, personName) => {
        requireQrFile(flags);
        await client.catchUp();
        const { id: postId } = await findPost(client, flags.post);
        const clearance = parseMarking(flags.clearance, await policyOf(client), '--clearance');
        const { title, role: roles, hours: validHours } = flags;
        const rest = { ...(title !== undefined && { title }), ...(roles && { roles }) };
        const invited = await client.invite({ personName, postId, clearance, validHours, ...rest });
        report.result(invited, () => invitedWords(terminal, invited.link, personName));
        await showQr(report, flags, invited.link);
      }),
    );
}

function invitedWords({ colours }: Terminal, link: string, personName: string): string {
  return [
    link,
    '',
    colours.dim(
      `Hand this link to ${personName} in person or over a line that you trust: whoever opens it first is enrolled in that name.`,
    ),
    colours.dim('When it has been used: chancery invite approve'),
  ].join('\n');
}

/** The ids of the invitations that somebody means, by their ids or the people's names. */
async function findInvitations(client: Client, wanted: readonly string[]): Promise<string[]> {
  const { invitations } = await client.execute(InvitationsDocument, { first: 100 });
  const pending = invitations.edges.filter(({ node }) => node.state === 'OPEN' || node.state === 'CLAIMED');
  const named = pending.map(({ node: { id, personName: name } }) => ({ id, name }));
  return wanted.map((one) => choose('invitation', one, named).id);
}

type InvitationView = InvitationsQuery['invitations']['edges'][number]['node'];
type ListedInvitation = InvitationView & { readonly proof: ClaimView['proof'] | undefined };

function listCommand(terminal: Terminal): Command {
  return vaultCommand('list', 'List the invitations and how far they are.', 'chancery invite list').action(
    withClient<VaultFlags>(terminal, async ({ client, report }) => {
      await client.catchUp();
      report.results(await listInvitations(client), (all) => invitationTable(terminal, all));
    }),
  );
}

/** Newest hundred, with what this vault can say about the proof of those that were claimed. */
async function listInvitations(client: Client): Promise<ListedInvitation[]> {
  const { invitations } = await client.execute(InvitationsDocument, { first: 100 });
  const proofs = new Map((await client.listClaims()).map(({ invitationId, proof }) => [invitationId, proof]));
  return invitations.edges.map(({ node }) => ({ ...node, proof: proofs.get(node.id) }));
}

function invitationTable(terminal: Terminal, invitations: readonly ListedInvitation[]): string {
  const { colours } = terminal;
  return table(
    terminal,
    [
      { title: 'Person', of: ({ personName }) => personName, flexible: true, paint: colours.bold },
      { title: 'Post', of: ({ post }) => post.name, flexible: true },
      { title: 'State', of: ({ state }) => state.toLowerCase() },
      {
        title: 'Proof',
        of: ({ proof }) => proof ?? '',
        paint: (cell, { proof }) => (proof === 'forged' ? colours.red(cell) : cell),
      },
      { title: 'Ends', of: ({ expiresAt }) => expiresAt.slice(0, 16).replace('T', ' ') },
      { title: 'Id', of: ({ id }) => shortId(id), paint: colours.dim },
    ],
    invitations,
    'Nobody is invited.',
  );
}

interface ApproveFlags extends VaultFlags {
  readonly wait?: boolean;
  readonly seconds: number;
}

function approveCommand(terminal: Terminal): Command {
  return vaultCommand(
    'approve',
    'Sign the enrolment of everybody (or of the given invitations) whose link was used by its holder.',
    'chancery invite approve --wait',
  )
    .argument('[invitation...]', 'ids, or names of the people; default: all that can be approved')
    .option('--wait', 'stay until somebody uses a link')
    .option('--seconds <number>', 'how long to wait', wholeNumber(1, 86_400), 3600)
    .action(
      withClient<ApproveFlags, [string[]]>(terminal, async (session, flags, invitations) => {
        const completed = await approve(session, flags, invitations);
        session.report.results(completed, (all) => completedWords(terminal, all));
        await warnOfForged(session);
      }),
    );
}

async function approve(
  { client, report }: Session,
  flags: ApproveFlags,
  wanted: readonly string[],
): Promise<readonly Completed[]> {
  await client.catchUp();
  const ids = wanted.length === 0 ? undefined : await findInvitations(client, wanted);
  const once = async (): Promise<readonly Completed[]> => {
    await client.catchUp();
    return client.completeEnrolments(ids);
  };
  if (flags.wait !== true) return once();
  report.note('Waiting until a link is used. Ctrl-C ends the waiting.');
  const completed = await pollUntil(flags.seconds, async () => {
    const done = await once();
    return done.length === 0 ? undefined : done;
  });
  return completed ?? [];
}

function completedWords({ colours }: Terminal, completed: readonly Completed[]): string {
  if (completed.length === 0) return colours.dim('Nothing waits for your signature.');
  return completed
    .flatMap(({ personName, roles }) => [
      `${colours.green('enrolled')}  ${personName}`,
      ...(roles.length === 0
        ? [colours.yellow(`an officer with the power assign has to give ${personName} roles`)]
        : []),
    ])
    .join('\n');
}

async function warnOfForged({ client }: Session): Promise<void> {
  const forged = (await client.listClaims()).filter(({ proof }) => proof === 'forged');
  if (forged.length === 0) return;
  const names = forged.map(({ personName, invitationId }) => `${personName} (${invitationId})`).join(', ');
  throw new ChanceryError(
    'CLAIM_FORGED',
    `not completed, because the claim does not come from the holder of the link: ${names}`,
  );
}

function withdrawCommand(terminal: Terminal): Command {
  return vaultCommand('withdraw', 'Make an enrolment link useless.', 'chancery invite withdraw "Leila Marchetti"')
    .argument('<invitation>', 'id of the invitation, or name of the person')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _, wanted) => {
        await client.catchUp();
        const [id = ''] = await findInvitations(client, [wanted]);
        const { withdrawInvitation } = await client.execute(WithdrawInvitationDocument, { id });
        report.result(withdrawInvitation, () => `The link for ${withdrawInvitation.personName} is withdrawn.`);
      }),
    );
}
