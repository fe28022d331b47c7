import { CompleteInvitationDocument, CreateInvitationDocument, InvitationsDocument } from '#contracts';
import type { InvitationPartsFragment, Role } from '#contracts';
import { validateClearance } from '#policy';
import type { Clearance } from '#policy';
import { equalBytes, fromBase64, randomBytes, toBase64 } from '#primitives';
import { decodeStatement, isSignedBy, StatementError } from '#transparency';
import type { AddDevice } from '#transparency';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { newUuid } from '../identifiers.js';
import { bytesOf, textOf } from '../ports/store.js';
import { signStatement, titleOf } from '../statements.js';
import { claimProof, claimTokenHash, formatLink } from './link.js';
import type { ClaimView, Completed, InviteOptions, Invited } from './types.js';

const DEFAULT_VALID_HOURS = 72;
const HOUR_MS = 3_600_000;
const PAGE = 100;

/** An invitation that was issued from this vault. */
interface Issued {
  readonly secret: Uint8Array;
  readonly personId: string;
  readonly personName: string;
  readonly postId: string;
  readonly title: string | undefined;
  readonly clearance: Clearance;
  readonly roles: readonly Role[];
}

interface Claimed {
  readonly invitation: InvitationPartsFragment;
  readonly issued: Issued | undefined;
  readonly device: AddDevice | undefined;
  readonly proof: ClaimView['proof'];
}

/** What an officer does to bring people in: links, and the signatures that make a claimed link a person. */
export class EnrolmentOffice {
  constructor(private readonly core: Core) {}

  /** The link's secret is in the vault before the server hears of the invitation. */
  async invite(options: InviteOptions): Promise<Invited> {
    this.requireClearance(options.clearance);
    const now = this.core.timer.now();
    const id = newUuid(now);
    const personId = options.personId ?? newUuid(now);
    const secret = randomBytes(32);
    const expiresAt = new Date(now.getTime() + (options.validHours ?? DEFAULT_VALID_HOURS) * HOUR_MS).toISOString();
    const { personName, postId } = options;
    const { title = null } = titleOf(options.title);
    const roles = [...new Set(options.roles ?? (['MEMBER'] as const))];
    await this.core.store.transaction(async (sql) => {
      await sql.run('INSERT INTO issued_invitation VALUES (?, ?, ?, ?, ?, ?, ?)', [
        id,
        personId,
        personName,
        postId,
        JSON.stringify(options.clearance),
        secret,
        expiresAt,
      ]);
      await sql.run('INSERT INTO issued_roles (invitation_id, roles, title) VALUES (?, ?, ?)', [
        id,
        JSON.stringify(roles),
        title,
      ]);
    });
    const tokenHash = toBase64(claimTokenHash(secret));
    await this.core.session.execute(CreateInvitationDocument, {
      input: { id, personId, personName, postId, tokenHash, expiresAt, roles },
    });
    const { server: origin, rootFingerprint } = this.core.profile;
    return {
      invitationId: id,
      personId,
      link: formatLink({ origin, secret, rootFingerprint, invitationId: id }),
      expiresAt,
    };
  }

  async listClaims(): Promise<readonly ClaimView[]> {
    return (await this.claims()).map(viewOf);
  }

  async complete(invitationIds?: readonly string[]): Promise<readonly Completed[]> {
    const claims = await this.claims();
    const wanted =
      invitationIds ?? claims.filter(({ proof }) => proof === 'genuine').map(({ invitation }) => invitation.id);
    const completed: Completed[] = [];
    for (const id of wanted) {
      const claim = claims.find(({ invitation }) => invitation.id === id);
      if (!claim)
        throw new ChanceryError('NOT_FOUND', 'No claimed invitation has this id.', { field: 'invitationIds' });
      completed.push(await this.completeOne(claim));
    }
    return completed;
  }

  private async completeOne({ invitation, issued, proof }: Claimed): Promise<Completed> {
    if (proof === 'forged')
      throw new ChanceryError('CLAIM_FORGED', 'The claim was not made by the holder of the link.');
    if (!issued || !invitation.claim) {
      throw new ChanceryError('FORBIDDEN', 'This link was issued from another vault, which alone can complete it.');
    }
    const assigned = this.mayAssign() ? issued : { ...issued, roles: [], title: undefined };
    const { roles } = assigned;
    const statements = this.sign(assigned, fromBase64(invitation.claim.identityKey));
    await this.core.session.execute(CompleteInvitationDocument, {
      id: invitation.id,
      statements: statements.map(toBase64),
    });
    await this.core.store.transaction(async (sql) => {
      await sql.run('DELETE FROM issued_invitation WHERE id = ?', [invitation.id]);
      await sql.run('DELETE FROM issued_roles WHERE invitation_id = ?', [invitation.id]);
    });
    return { invitationId: invitation.id, personId: issued.personId, personName: issued.personName, roles };
  }

  /** What is signed comes from this vault, never from the server: only the identity key does, and the proof covers that. */
  private sign(
    { personId: person, personName: name, postId: post, title, clearance, roles }: Issued,
    identityKey: Uint8Array,
  ): Uint8Array[] {
    const at = this.core.timer.now().getTime();
    const signer = { kind: 'device', id: this.core.profile.deviceId } as const;
    const { policy, level, categories, until } = clearance;
    const end = until === undefined ? {} : { until: Date.parse(until) };
    return [
      signStatement({ type: 'enrol', at, person, name, post, identityKey }, signer, this.core.deviceKey),
      signStatement({ type: 'clear', at, person, policy, level, categories, ...end }, signer, this.core.deviceKey),
      ...(roles.length > 0 || title !== undefined
        ? [signStatement({ type: 'assign', at, person, post, ...titleOf(title), roles }, signer, this.core.deviceKey)]
        : []),
    ];
  }

  private mayAssign(): boolean {
    const { directory, profile, timer } = this.core;
    return directory.current.powersOf(profile.personId, timer.now()).has('assign');
  }

  private async claims(): Promise<Claimed[]> {
    const claimed: Claimed[] = [];
    let after: string | null = null;
    do {
      const { invitations }: { invitations: InvitationsPage } = await this.core.session.execute(InvitationsDocument, {
        first: PAGE,
        after,
        state: 'CLAIMED',
      });
      for (const { node } of invitations.edges) claimed.push(await this.check(node));
      after = invitations.pageInfo.hasNextPage ? (invitations.pageInfo.endCursor ?? null) : null;
    } while (after !== null);
    return claimed;
  }

  private async check(invitation: InvitationPartsFragment): Promise<Claimed> {
    const issued = await this.issued(invitation.id);
    const device = addDeviceOf(invitation);
    if (!issued) return { invitation, issued, device, proof: 'foreign' };
    const genuine = device !== undefined && isGenuine(invitation, issued, device);
    return { invitation, issued, device, proof: genuine ? 'genuine' : 'forged' };
  }

  private async issued(id: string): Promise<Issued | undefined> {
    const row = await this.core.store.read((sql) =>
      sql.get('SELECT * FROM issued_invitation LEFT JOIN issued_roles ON invitation_id = id WHERE id = ?', [id]),
    );
    if (!row) return undefined;
    // the first version kept no roles here; what the server remembers of them is not signed by anybody
    const roles: Role[] = row['roles'] === null ? ['MEMBER'] : (JSON.parse(textOf(row, 'roles')) as Role[]);
    return {
      secret: bytesOf(row, 'secret'),
      personId: textOf(row, 'person_id'),
      personName: textOf(row, 'person_name'),
      postId: textOf(row, 'post_id'),
      title: row['title'] === null ? undefined : textOf(row, 'title'),
      clearance: JSON.parse(textOf(row, 'clearance')) as Clearance,
      roles,
    };
  }

  private requireClearance(clearance: Clearance): void {
    const [problem] = validateClearance(clearance, this.core.policy);
    if (problem)
      throw new ChanceryError('LABEL_UNKNOWN', `The clearance ${problem.message}.`, {
        field: `clearance.${problem.field}`,
      });
  }
}

interface InvitationsPage {
  readonly edges: readonly { readonly node: InvitationPartsFragment }[];
  readonly pageInfo: { readonly endCursor?: string | null; readonly hasNextPage: boolean };
}

/** The claimed `addDevice`, if it is one and verifies under the claimed identity key. */
function addDeviceOf({ claim }: InvitationPartsFragment): AddDevice | undefined {
  if (!claim) return undefined;
  try {
    const statement = decodeStatement(fromBase64(claim.addDevice));
    const { body } = statement;
    return body.type === 'addDevice' && isSignedBy(statement, fromBase64(claim.identityKey)) ? body : undefined;
  } catch (error) {
    if (error instanceof StatementError) return undefined;
    throw error;
  }
}

function isGenuine({ id, claim }: InvitationPartsFragment, issued: Issued, device: AddDevice): boolean {
  if (!claim || device.person !== issued.personId) return false;
  const expected = claimProof(issued.secret, id, fromBase64(claim.identityKey), fromBase64(claim.addDevice));
  return equalBytes(expected, fromBase64(claim.proof));
}

function viewOf({ invitation, issued, device, proof }: Claimed): ClaimView {
  return {
    invitationId: invitation.id,
    personId: issued?.personId ?? invitation.personId,
    personName: issued?.personName ?? invitation.personName,
    postName: invitation.post.name,
    title: issued?.title,
    deviceName: device?.name ?? '',
    clearance: issued?.clearance,
    roles: issued?.roles ?? [],
    claimedAt: invitation.claim?.claimedAt ?? '',
    proof,
  };
}
