import { randomBytes, randomUUID } from 'node:crypto';

import { ATTACHMENT_GRANT_HEADER, ATTACHMENT_OFFSET_HEADER, ATTACHMENT_PIECE_TYPE } from '#contracts';

import { fixedId } from './canaryPapers.js';
import type { CanaryWorld } from './canaryWorld.js';
import { TestMember, labelText } from './delivery.js';

const SIZE = 2000;
const BEGIN = 'mutation ($input: AttachmentInput!) { beginAttachment(input: $input) { token } }';
const OPEN = 'mutation ($groupId: ID!, $id: ID!) { openAttachment(groupId: $groupId, id: $id) { token } }';

/** What those outside a conversation may know nothing of. */
export interface CanaryConversation {
  readonly groupId: string;
  readonly attachmentId: string;
  /** Its author's right to fetch the attachment. */
  readonly grant: string;
  say(): Promise<void>;
}

/** The authors talk, and one of them has sent a file. */
export async function authorsTalk(world: CanaryWorld): Promise<CanaryConversation> {
  const [first, second] = [11, 12].map((id) => new TestMember(world.ministry, world.person(id))) as [
    TestMember,
    TestMember,
  ];
  await second.publishKeyPackages(1);
  first.startGroup(labelText('RESTRICTED'));
  await first.createGroup();
  await first.add(second);
  const { groupId } = first;
  const input = { id: randomUUID(), groupId, size: SIZE };
  const { token } = await world.get<{ token: string }>(world.author, BEGIN, { input });
  const path = `/attachments/${input.id}`;
  const piece = {
    [ATTACHMENT_GRANT_HEADER]: token,
    [ATTACHMENT_OFFSET_HEADER]: '0',
    'content-type': ATTACHMENT_PIECE_TYPE,
  };
  const taken = await world.request(world.author, path, { method: 'PATCH', headers: piece, body: randomBytes(SIZE) });
  if (taken.status !== 204) throw new Error(`the attachment was not taken: ${taken.body}`);
  const { token: grant } = await world.get<{ token: string }>(world.author, OPEN, { groupId, id: input.id });
  const say = async (): Promise<void> => {
    await first.say('We talk.');
  };
  return { groupId, attachmentId: input.id, grant, say };
}

/** A conversation that there is not. */
export const NO_CONVERSATION: CanaryConversation = {
  groupId: '0'.repeat(31) + '1',
  attachmentId: fixedId(910_000),
  grant: 'A'.repeat(43),
  say: () => Promise.resolve(),
};
