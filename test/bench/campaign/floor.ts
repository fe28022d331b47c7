import { ready } from '#primitives';

import type { Candidate, GroupMember } from '../e2ee/contract.js';
import { hybrid, ours } from '../e2ee/ours.js';

/** What a campaign costs in one group without server, vault and directory. */
export interface Floor {
  /** Making a commit that changes one's keys. */
  readonly commitMs: number;
  /** Taking somebody else's. */
  readonly processMs: number;
}

/** Every member of one group commits once, everybody else takes each commit: nothing but `#mls`, in the suite that clients use. */
export async function measureFloor(members: number): Promise<Floor> {
  await ready();
  const all = await groupOf(members);
  let [commitMs, processMs] = [0, 0];
  for (const committer of all) {
    const begin = performance.now();
    const commit = await committer.update();
    commitMs += performance.now() - begin;
    for (const other of all) if (other !== committer) await other.process(commit);
    processMs += performance.now() - begin;
  }
  const taken = members * (members - 1);
  return { commitMs: commitMs / members, processMs: (processMs - commitMs) / taken };
}

async function groupOf(members: number): Promise<GroupMember[]> {
  const make = ours(hybrid);
  const candidates: Candidate[] = [];
  for (let leaf = 1; leaf < members; leaf++) candidates.push(await make.candidate(leaf));
  const { creator, welcome } = await make.create(candidates.map(({ keyPackage }) => keyPackage));
  const joined: GroupMember[] = [];
  for (const candidate of candidates) joined.push(await candidate.join(welcome));
  return [creator, ...joined];
}
