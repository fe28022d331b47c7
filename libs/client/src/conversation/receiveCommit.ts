import { isMembershipChange } from '#contracts';
import { MlsError } from '#mls';
import type { Group, StagedCommit } from '#mls';

import type { Core } from '../core.js';
import { close } from '../reinit/closing.js';
import { forgetFounded } from '../reinit/founded.js';
import { objectionToSuccessor } from '../reinit/judgement.js';
import { settleCalls } from '../resync/settling.js';
import { getStuck, isUnprocessable } from '../resync/ownCall.js';
import { forgetLeaf, noteLeaf } from '../rotation/leafChanges.js';
import { deviceIdOf, isForged, objectionTo } from './admission.js';
import type { Objection, PresentedLeaf } from './admission.js';
import { expectNewcomer } from './counters.js';
import type { Envelope } from './envelope.js';
import { changeOnlySenders, nameStatedSenders } from './externalSenders.js';
import type { Draft } from './groups.js';
import { membershipLine, notice } from './notices.js';
import { enqueue, refuseAll } from './outboxRows.js';
import { noteAbsentees } from './newcomers.js';
import { forgetPendingCommit, loadPendingCommit } from './pendingCommit.js';
import { changeOfMembers, nameOfLeaf } from './people.js';
import { rolledBack } from './receiveMessage.js';
import { freeze } from './record.js';

/** `refused`: the conversation is frozen, and stays at the place before. `stuck`: this device alone can't go on in the group. `unknown`: judge again with a newer directory. */
export type Judged = 'applied' | 'refused' | 'unknown' | 'stuck';

/** Judges a commit by the verified directory, then applies it; one's own comes back this way too. */
export async function receiveCommit(
  core: Core,
  draft: Draft,
  envelope: Envelope,
  directoryIsNew: boolean,
): Promise<Judged> {
  const { group } = draft;
  const staged = stage(group, envelope);
  if (staged instanceof MlsError) {
    if (staged.code === 'UNKNOWN_COMMIT') throw rolledBack();
    if (!isUnprocessable(staged)) return refuse(core, draft, envelope, `it does not verify (${staged.code})`);
    await getStuck(core, draft, envelope, staged);
    return 'stuck';
  }
  const { successor } = staged;
  const at = new Date(envelope.acceptedAt);
  const reason = successor
    ? objectionToSuccessor(core, draft, successor, at, directoryIsNew)
    : reasonToRefuse(core, draft, staged, at);
  if (reason === undefined) {
    if (successor) await close(core, draft, envelope, staged, successor);
    else await apply(core, draft, envelope, staged);
    return 'applied';
  }
  group.discard(staged);
  if (reason === 'unknown' && !directoryIsNew) return 'unknown';
  return refuse(
    core,
    draft,
    envelope,
    reason === 'unknown' ? 'it brings in a device or a key that the directory does not know' : reason,
  );
}

function stage(group: Group, { payload, acceptedAt }: Envelope): StagedCommit | MlsError {
  try {
    return group.stage(payload, { now: Date.parse(acceptedAt) });
  } catch (error) {
    if (error instanceof MlsError) return error;
    throw error;
  }
}

/** `unknown` for a device or key that a newer directory may know; words for anything that nothing can heal; undefined when all is well. */
function reasonToRefuse(core: Core, draft: Draft, staged: StagedCommit, at: Date): string | undefined {
  if (!staged.proposals.every(({ kind }) => isMembershipChange(kind) || kind === 'groupContextExtensions')) {
    return 'it changes more than the membership';
  }
  const { extensionsAfter } = staged;
  if (!changeOnlySenders(draft.group.extensions, extensionsAfter)) {
    return 'it changes the label or another property of the conversation';
  }
  if (!nameStatedSenders(extensionsAfter, core.directory.current, at)) return 'unknown';
  const objections = [...staged.adds, ...staged.updates].flatMap((leaf) => objectionOf(core, draft, leaf) ?? []);
  if (objections.some(({ kind }) => kind === 'unknown')) return 'unknown';
  const forged = objections.find(isForged);
  return forged && `it brings in ${forged.words}`;
}

function objectionOf(core: Core, { record }: Draft, leaf: PresentedLeaf): Objection | undefined {
  return objectionTo(leaf, record.label, core.directory.current, core.policy, core.timer.now());
}

async function refuse(core: Core, draft: Draft, envelope: Envelope, reason: string): Promise<Judged> {
  const text = `A change of the membership at place ${String(envelope.seq)} was refused: ${reason}. The conversation is frozen.`;
  await notice(core, draft, envelope, 'CONVERSATION_FROZEN', text, { what: 'frozen', place: envelope.seq });
  freeze(draft.record, text);
  return 'refused';
}

async function apply(core: Core, draft: Draft, envelope: Envelope, staged: StagedCommit): Promise<void> {
  const { group, record, sql } = draft;
  const committer = group.members.find(({ leafIndex }) => leafIndex === staged.sender);
  const change = changeOfMembers(committer, staged.adds, staged.removes, core.directory.current);
  if (change) await membershipLine(core, draft, envelope, change);
  group.apply(staged);
  record.proposals = 0;
  await noteChangedLeaves(core, draft, envelope, staged);
  await forgetPendingCommit(sql, record.id); // it was for the epoch that is over now
  await forgetFounded(sql, record.id);
  if (staged.removesSelf) {
    await end(draft, committer, core);
    return;
  }
  record.epoch = record.epochBase + group.epoch;
  await noteAbsentees(core, draft, staged);
  for (const { identity } of staged.adds) await expectNewcomer(draft, deviceIdOf(identity) ?? '');
  if (staged.isOwn && staged.adds.length > 0) await tellName(core, draft);
  await settleCalls(core, draft, envelope, staged);
}

/** Which leaves are new, and which are gone. */
async function noteChangedLeaves(
  { profile, directory }: Core,
  { sql, record }: Draft,
  { acceptedAt }: Envelope,
  { adds, updates, removes, isOwn }: StagedCommit,
): Promise<void> {
  for (const { identity } of removes) await forgetLeaf(sql, record.id, deviceIdOf(identity) ?? '');
  const pending = isOwn ? await loadPendingCommit(sql, record.id) : undefined;
  const own = { counter: record.nextCounter, statement: pending?.statement ?? directory.current.head };
  for (const { identity } of [...adds, ...updates]) {
    const deviceId = deviceIdOf(identity) ?? '';
    const counts = deviceId === profile.deviceId ? own : { counter: 0, statement: 0 };
    await noteLeaf(sql, record.id, deviceId, { at: Date.parse(acceptedAt), ...counts });
  }
}

/** Whoever comes in can't read what was said before, the conversation's name included. */
async function tellName(core: Core, { sql, record }: Draft): Promise<void> {
  const { id, name: text, labelText } = record;
  if (text !== '') await enqueue(core, sql, id, { kind: 'rename', text, labelText, precedence: 'ROUTINE' });
}

async function end(draft: Draft, committer: PresentedLeaf | undefined, { directory }: Core): Promise<void> {
  const { record } = draft;
  const asked = record.state === 'leaving';
  const who = committer ? nameOfLeaf(committer, directory.current) : 'The server';
  const message = asked ? 'You have left the conversation.' : `${who} removed this device from the conversation.`;
  record.state = 'left';
  record.problem = asked ? undefined : { code: 'NOT_A_MEMBER', message };
  await refuseAll(draft, { code: 'NOT_A_MEMBER', message });
}
