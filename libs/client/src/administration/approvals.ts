import {
  ApprovalDocument,
  ApprovalsDocument,
  ApproveActDocument,
  ProposeActDocument,
  RefuseActDocument,
} from '#contracts';
import type { ApprovalPartsFragment, ApprovalQuery, ApprovalState, ApprovalsQuery } from '#contracts';
import { lostBy } from '#policy';
import type { SecurityPolicy } from '#policy';
import { equalBytes, fromBase64, sha256, sign, toBase64, utf8 } from '#primitives';
import { assembleStatement, decodeStatement, draftStatement, isSignedBy, StatementError } from '#transparency';
import type { Directory, UnverifiedStatement } from '#transparency';

import type { Core } from '../core.js';
import { knownPosts } from '../directory/people.js';
import { readOrNothing } from '../directory/policyKeeper.js';
import { ChanceryError } from '../errors.js';
import { newUuid } from '../identifiers.js';
import type { PostView } from '../types.js';
import { saidBy } from './said.js';
import type { ApprovalView } from './types.js';
import { wordsOf } from './words.js';

const PAGE = 100;

/** Acts that wait for a second officer. Nothing that the server says of them is believed: who signed what is read here. */
export class Approvals {
  constructor(private readonly core: Core) {}

  /** Acts by age, newest first; by default those that wait. At most a hundred. */
  async list(state: ApprovalState | undefined = 'OPEN'): Promise<ApprovalView[]> {
    const { directory, session } = this.core;
    await directory.catchUp(session);
    const { approvals }: ApprovalsQuery = await session.execute(ApprovalsDocument, { first: PAGE, state });
    const posts = await knownPosts(this.core.store);
    return approvals.edges.map(({ node }) => this.viewOf(node, posts));
  }

  /** @throws ChanceryError NOT_FOUND */
  async get(id: string): Promise<ApprovalView> {
    return this.viewOf(await this.fetch(id), await knownPosts(this.core.store));
  }

  /** Hands first halves in, for a policy with its canonical text. */
  async propose(
    statements: readonly Uint8Array[],
    { expiresAt, policy }: { expiresAt?: string; policy?: string } = {},
  ): Promise<ApprovalView> {
    const input = { id: newUuid(this.core.timer.now()), statements: statements.map(toBase64), expiresAt, policy };
    const { proposeAct } = await this.core.session.execute(ProposeActDocument, { input });
    return this.viewOf({ ...proposeAct, policy }, await knownPosts(this.core.store));
  }

  /**
   * Signs an act that another officer has signed, as the person has read it: `words` of the view that was shown.
   * @throws ChanceryError STATEMENT_INVALID when the server shows something else now or anything does not verify, APPROVAL_OWN, APPROVAL_CLOSED
   */
  async approve(shown: ApprovalView): Promise<void> {
    const approval = await this.fetch(shown.id);
    const view = this.viewOf(approval, await knownPosts(this.core.store));
    if (!view.genuine) throw notGenuine();
    if (view.own) throw new ChanceryError('APPROVAL_OWN', 'Nobody approves the own act.');
    this.requireWholePolicy(view);
    const statements = approval.statements.map((half) => toBase64(this.complete(fromBase64(half), shown)));
    await this.core.session.execute(ApproveActDocument, { id: shown.id, statements });
  }

  /** Refuses somebody's act, or withdraws the own one. @throws ChanceryError APPROVAL_CLOSED, NOT_FOUND */
  async refuse(id: string): Promise<ApprovalView> {
    const { refuseAct } = await this.core.session.execute(RefuseActDocument, { id });
    return this.viewOf(refuseAct, await knownPosts(this.core.store));
  }

  /** What a second officer puts in force has to be readable here, and to leave nothing without a meaning. */
  private requireWholePolicy({ acts, policy }: ApprovalView): void {
    if (acts.every(({ type }) => type !== 'policy')) return;
    if (!policy) throw notGenuine();
    const [lost] = lostBy(this.core.policy, policy);
    if (lost === undefined) return;
    throw new ChanceryError('POLICY_INVALID', `The policy gives no successor to ${lost}.`, { field: 'policy' });
  }

  private async fetch(id: string): Promise<NonNullable<ApprovalQuery['approval']>> {
    const { directory, session } = this.core;
    await directory.catchUp(session);
    const { approval } = await session.execute(ApprovalDocument, { id });
    if (!approval) throw new ChanceryError('NOT_FOUND', 'There is no such act.', { field: 'id' });
    return approval;
  }

  /** The whole statement: exactly the bytes that the proposer signed, and that were shown. */
  private complete(half: Uint8Array, shown: ApprovalView): Uint8Array {
    const { body, signer, signature, bytesToSign } = decodeStatement(half);
    const draft = draftStatement(body);
    const asShown = shown.acts.some((act) => toBase64(draftStatement(act).body) === toBase64(draft.body));
    if (!asShown) throw notGenuine();
    const { profile, deviceKey } = this.core;
    const own = { kind: 'device', id: profile.deviceId } as const;
    const second = { signer: own, signature: sign(deviceKey.privateKey, bytesToSign) };
    return assembleStatement(draft.body, signer, signature, second);
  }

  private viewOf(
    approval: ApprovalPartsFragment & { readonly policy?: string | null | undefined },
    posts: readonly PostView[],
  ): ApprovalView {
    const { id, state, createdAt, expiresAt, decidedAt, deciderId } = approval;
    const directory = this.core.directory.current;
    const names = { directory, posts, policy: this.core.policy };
    const statements = approval.statements.flatMap((half) => parse(fromBase64(half)));
    const signers = new Set(statements.map((statement) => signerOf(statement, directory)));
    const [proposerId] = signers;
    const policy = policyOf(statements, approval.policy);
    const genuine = statements.length === approval.statements.length && signers.size === 1 && proposerId !== undefined;
    return {
      id,
      state,
      acts: statements.map(({ body }) => body),
      words: statements.map(({ body }) => wordsOf(body, directory, posts, policy)),
      said: statements.map(({ body }) => saidBy(body, names)),
      policy,
      proposerId: genuine ? proposerId : undefined,
      proposerName: (genuine ? directory.person(proposerId)?.name : undefined) ?? 'nobody who is known',
      own: proposerId === this.core.profile.personId,
      genuine,
      createdAt,
      expiresAt,
      decidedAt: decidedAt ?? undefined,
      deciderName: directory.person(deciderId ?? '')?.name,
    };
  }
}

function parse(half: Uint8Array): UnverifiedStatement[] {
  try {
    return [decodeStatement(half)];
  } catch (error) {
    if (error instanceof StatementError) return [];
    throw error;
  }
}

/** The person behind the first signature, if it verifies under the key of a device in use. */
function signerOf(statement: UnverifiedStatement, directory: Directory): string | undefined {
  const { signer } = statement;
  const device = signer.kind === 'device' ? directory.device(signer.id) : undefined;
  if (!device || device.revoked || !isSignedBy(statement, device.signatureKey)) return undefined;
  return device.person;
}

/** The policy that an act puts in force, if the text is the one that was signed. */
function policyOf(
  statements: readonly UnverifiedStatement[],
  text: string | null | undefined,
): SecurityPolicy | undefined {
  const [body] = statements.map((statement) => statement.body).filter(({ type }) => type === 'policy');
  if (body?.type !== 'policy' || typeof text !== 'string') return undefined;
  return equalBytes(sha256(utf8(text)), body.policyHash) ? readOrNothing(text) : undefined;
}

function notGenuine(): ChanceryError {
  return new ChanceryError('STATEMENT_INVALID', 'This is not the act that an officer has signed and that was shown.', {
    remedy: 'Do not approve it; speak to the officer who is said to have proposed it.',
  });
}
