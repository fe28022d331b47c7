import { randomUUID } from 'node:crypto';

import { sign, toBase64 } from '#primitives';
import { assembleStatement, draftStatement } from '#transparency';
import type { Power, StatementBody } from '#transparency';

import { PUBLISH, byDevice, must, sql } from './ministry.js';
import type { TestMinistry, TestPerson } from './ministry.js';

export const PROPOSE =
  'mutation ($input: ProposeActInput!) { proposeAct(input: $input) { id state proposerId expiresAt statements } }';
export const APPROVE =
  'mutation ($id: ID!, $statements: [Bytes!]!) { approveAct(id: $id, statements: $statements) { id state deciderId } }';
export const REFUSE = 'mutation ($id: ID!) { refuseAct(id: $id) { id state deciderId } }';

const OFFICERS_POWERS = ['assign', 'clear', 'enrol', 'revoke', 'witness'] as const;

/** Enrols one more officer, with these powers. */
export async function enrolOfficer(
  ministry: TestMinistry,
  name: string,
  powers: readonly Power[] = OFFICERS_POWERS,
): Promise<TestPerson> {
  const officer = await ministry.enrol({ name, roles: ['MEMBER', 'SECURITY_OFFICER'], level: 'TOP_SECRET' });
  const body = { type: 'appoint', at: Date.now(), person: officer.personId, powers, mayAppoint: false } as const;
  must(await ministry.as(ministry.officer, PUBLISH, { statements: [byDevice(body, ministry.officer)] }));
  return officer;
}

/** Everything that stands in the log has stood there for more than a day; officers are no longer new. */
export async function aDayPasses({ server }: TestMinistry): Promise<void> {
  await sql(server, "UPDATE statement SET recorded_at = recorded_at - interval '25 hours'");
}

/** Signed by the devices of two people, in this order. */
export function byTwo(body: StatementBody, first: TestPerson, second: TestPerson): string {
  const draft = draftStatement(body);
  const half = ({ deviceId, device }: TestPerson) => ({
    signer: { kind: 'device', id: deviceId } as const,
    signature: sign(device.privateKey, draft.bytesToSign),
  });
  const { signer, signature } = half(first);
  return toBase64(assembleStatement(draft.body, signer, signature, half(second)));
}

/** The variables of `proposeAct`: these acts with the proposer's signature. */
export const proposal = (proposer: TestPerson, ...bodies: StatementBody[]) => ({
  input: { id: randomUUID(), statements: bodies.map((body) => byDevice(body, proposer)) },
});
