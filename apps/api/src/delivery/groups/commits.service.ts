import { Injectable } from '@nestjs/common';

import { isMembershipChange } from '#contracts';
import { welcomeRecipients } from '#mls/wire';
import type { PublicGroup, StagedPublicCommit } from '#mls/wire';
import { toHex } from '#primitives/verify';

import type { Caller } from '../../access/index.js';
import { Refusal } from '../../platform/refusal.js';
import { keyUsed } from '../envelopes/appender.js';
import { EnvelopeKind } from '../envelopes/envelope.types.js';
import { checkEnvelope } from '../envelopes/envelopeCheck.js';
import type { MlsPlace } from '../envelopes/envelopeCheck.js';
import { LogEvents } from '../hints/logEvents.js';
import { Turns } from '../turns.js';
import { Admission, deviceOf, labelIn } from './admission.js';
import { Generations } from './generations.js';
import { Successors } from './successors.js';
import { CommitStore } from './commitStore.js';
import type { CommitChange, CommitPlace } from './commitStore.js';
import { CommitAccepted, CommitConflict } from './group.types.js';
import type { CommitInput } from './group.types.js';
import { GroupStore } from './groupStore.js';
import type { Head } from './groupStore.js';
import { PublicGroups } from './publicGroups.js';

/** Room for a Welcome to a thousand devices with the hybrid suite. */
const MAX_WELCOME_BYTES = 3 * 1024 * 1024;

interface Submission {
  readonly groupId: string;
  readonly deviceId: string;
  /** Of the conversation. */
  readonly epoch: number;
  readonly commit: Buffer;
  readonly welcome: Buffer | undefined;
  readonly successor: Uint8Array | undefined;
  readonly key: Buffer;
}

/** Takes one commit an epoch. The loser of a race is told where the group stands, catches up and tries again. */
@Injectable()
export class CommitsService {
  constructor(
    private readonly store: CommitStore,
    private readonly groups: GroupStore,
    private readonly publicGroups: PublicGroups,
    private readonly generations: Generations,
    private readonly successors: Successors,
    private readonly admission: Admission,
    private readonly events: LogEvents,
    private readonly turns: Turns,
  ) {}

  /** Throws NOT_A_MEMBER, COMMIT_INVALID, REMOVAL_DUE, CLEARANCE_TOO_LOW, TOO_LARGE or ENVELOPE_INVALID; nothing is changed then. */
  async submit(caller: Caller, input: CommitInput): Promise<CommitAccepted | CommitConflict> {
    const { mlsPlace, ...checked } = checkSubmission(caller, input);
    const submission = { ...checked, epoch: await this.generations.epochOf(mlsPlace) };
    // one after the other on this instance, so that of many commits for one epoch only the first is worth verifying
    return this.turns.take(submission.groupId, () => this.#submit(submission));
  }

  async #submit(submission: Submission): Promise<CommitAccepted | CommitConflict> {
    const { groupId, deviceId, epoch, key } = submission;
    const head = await this.groups.head(groupId, deviceId, key);
    const early = head && answerWithoutCommit(submission, head);
    if (early) return early;
    if (!head?.is_member) throw notAMember();
    const group = await this.publicGroups.at(groupId, epoch, head.revision);
    // between the two reads somebody else's commit or proposal was accepted: look again
    if (!group) return this.#submit(submission);
    return this.#apply(submission, head, group);
  }

  async #apply(submission: Submission, { label }: Head, group: PublicGroup): Promise<CommitAccepted | CommitConflict> {
    const { groupId, epoch } = submission;
    const staged = stage(group, submission);
    const next = await this.#judge(submission, staged, group, label);
    try {
      const change = changeOf(submission, staged, group, next);
      const place = await this.store.advance(change);
      if (!place) {
        this.publicGroups.forget(groupId);
        return await this.#submit(submission);
      }
      this.publicGroups.keep(groupId, epoch + 1, 0, next ?? group);
      this.#tell(change, place);
      return new CommitAccepted(groupId, place.seq, epoch + 1);
    } catch (error) {
      this.publicGroups.forget(groupId);
      throw error;
    }
  }

  /** What the directory and the label allow; the rules of RFC 9420 hold already. Returns the successor of a group that is closed. */
  async #judge(
    submission: Submission,
    staged: StagedPublicCommit,
    group: PublicGroup,
    label: string,
  ): Promise<PublicGroup | undefined> {
    if (staged.successor) return this.successors.judge({ ...submission, staged, group, label }, staged.successor);
    await this.#judgeChange(staged, group, label);
    return undefined;
  }

  async #judgeChange(staged: StagedPublicCommit, group: PublicGroup, label: string): Promise<void> {
    const isOrdinary = staged.proposals.every(
      ({ kind }) => isMembershipChange(kind) || kind === 'groupContextExtensions',
    );
    if (!isOrdinary) throw invalid('a commit changes the membership and nothing else of a conversation');
    if (labelIn(staged.extensionsAfter) !== label) throw invalid('a commit may not change the label');
    await this.admission.requireExtensions(staged.extensionsAfter, 'COMMIT_INVALID');
    const before = new Map(group.members.map((member) => [member.leafIndex, deviceOf(member)]));
    for (const leaf of staged.updates) {
      if (before.get(leaf.leafIndex) !== deviceOf(leaf)) throw invalid('a leaf may not change to another device');
    }
    for (const leaf of [...staged.updates, ...staged.adds]) await this.admission.require(leaf, label, 'COMMIT_INVALID');
  }

  #tell({ groupId, epoch, payload }: CommitChange, { seq, acceptedAt }: CommitPlace): void {
    const envelope = { groupId, seq, kind: EnvelopeKind.COMMIT, epoch, payload, acceptedAt };
    this.events.emit([{ kind: 'COMMITTED', groupId, groupEpoch: epoch + 1, lastSeq: seq, envelopes: [envelope] }]);
  }
}

function checkSubmission(
  caller: Caller,
  { groupId, commit, welcome, successor, idempotencyKey }: CommitInput,
): Omit<Submission, 'epoch'> & { readonly mlsPlace: MlsPlace } {
  const checked = checkEnvelope({ groupId, payload: commit, idempotencyKey });
  if (checked.kind !== 'commit') throw invalid('this is no commit');
  if (welcome && welcome.length > MAX_WELCOME_BYTES) {
    throw new Refusal('TOO_LARGE', `a Welcome has at most ${String(MAX_WELCOME_BYTES)} bytes`, { field: 'welcome' });
  }
  return {
    groupId,
    deviceId: caller.deviceId,
    mlsPlace: checked,
    commit: Buffer.from(commit),
    welcome: welcome ? Buffer.from(welcome) : undefined,
    successor: successor ?? undefined,
    key: Buffer.from(idempotencyKey),
  };
}

/** A retry is told its place; a commit for an epoch that is over is told where the group stands. */
function answerWithoutCommit({ groupId, epoch }: Submission, head: Head): CommitAccepted | CommitConflict | undefined {
  if (head.known_seq !== null && head.known_kind !== EnvelopeKind.COMMIT) throw keyUsed();
  if (head.known_seq !== null) return new CommitAccepted(groupId, head.known_seq, (head.known_epoch ?? 0) + 1);
  if (head.is_member && head.epoch !== epoch) return new CommitConflict(groupId, head.epoch, head.last_seq);
  return undefined;
}

function stage(group: PublicGroup, { commit, deviceId, welcome }: Submission): StagedPublicCommit {
  const staged = verified(() => group.stage(commit), 'the commit does not verify');
  const sender = group.members.find(({ leafIndex }) => leafIndex === staged.sender);
  if (!sender || deviceOf(sender) !== deviceId) throw invalid("the sender of a commit has to be the caller's device");
  if (staged.successor) return staged; // its Welcome is for the members of that
  const added = staged.adds.map(({ keyPackageRef }) => Buffer.from(keyPackageRef).toString('hex'));
  const welcomed = welcome ? verified(() => welcomeRecipients(welcome), 'the Welcome cannot be read') : [];
  const refs = welcomed.map((ref) => Buffer.from(ref).toString('hex'));
  if (!isSameSet(added, refs)) {
    throw new Refusal('COMMIT_INVALID', 'the Welcome has to be for exactly those who are added', { field: 'welcome' });
  }
  return staged;
}

function changeOf(
  submission: Submission,
  staged: StagedPublicCommit,
  group: PublicGroup,
  next: PublicGroup | undefined,
): CommitChange {
  const { groupId, deviceId, key, commit, epoch, welcome } = submission;
  group.apply(staged);
  const members = (next ?? group).members;
  const devices = members.map(deviceOf);
  if (new Set(devices).size !== devices.length) throw invalid('a device may be a member once only');
  return {
    groupId,
    senderDevice: deviceId,
    idempotencyKey: key,
    payload: commit,
    epoch,
    state: Buffer.from((next ?? group).serialize()),
    removed: staged.removes.map(deviceOf),
    refreshed: staged.updates.map(deviceOf),
    added: staged.adds.map((leaf) => ({ deviceId: deviceOf(leaf), leafIndex: leaf.leafIndex })),
    welcome,
    successor: next && {
      mlsId: toHex(next.groupId),
      predecessor: toHex(group.groupId),
      suite: next.cipherSuite,
      members: members.map((leaf) => ({ deviceId: deviceOf(leaf), leafIndex: leaf.leafIndex })),
    },
  };
}

function verified<Result>(work: () => Result, message: string): Result {
  try {
    return work();
  } catch {
    throw invalid(message);
  }
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const set = new Set(a);
  return a.length === b.length && set.size === new Set(b).size && b.every((value) => set.has(value));
}

function invalid(message: string): Refusal {
  return new Refusal('COMMIT_INVALID', message, { field: 'commit' });
}

function notAMember(): Refusal {
  return new Refusal('NOT_A_MEMBER', 'this device is not a member of the conversation', { field: 'groupId' });
}
