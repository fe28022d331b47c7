import { MoreThan } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { decodeStatement } from '#transparency';
import type { Directory, Signer, StatementBody, VerifiedStatement } from '#transparency';

import { Refusal } from '../../platform/refusal.js';
import { StatementEntity } from './statement.entity.js';

/** Somebody was revoked by one officer alone. */
interface LoneRevocation {
  readonly officer: string;
  readonly person: string;
}

/**
 * One officer alone revokes one person in a period; from the second one on somebody else has to agree, however many requests they
 * come in. Revoking single devices is not counted: a stolen one must never wait. To be called after the statements were entered,
 * within their transaction, which holds the lock of the log. Throws APPROVAL_NEEDED.
 *
 * @param directory - knows the devices of everybody who has signed
 */
export async function requireTwoForMany(
  fresh: readonly VerifiedStatement[],
  since: Date,
  directory: Directory,
  manager: EntityManager,
): Promise<void> {
  const asked = fresh.flatMap(({ body, signer, cosigner }) => loneRevocation(body, signer, cosigner, directory));
  if (asked.length === 0) return;
  const where = { recordedAt: MoreThan(since) };
  const rows = await manager.find(StatementEntity, { select: { payload: true }, where });
  const lately = rows.flatMap(({ payload }) => {
    const { body, signer, second } = decodeStatement(payload);
    return loneRevocation(body, signer, second?.signer, directory);
  });
  for (const { officer } of asked) requireOne(lately.filter((revocation) => revocation.officer === officer));
}

function requireOne(revocations: readonly LoneRevocation[]): void {
  if (new Set(revocations.map(({ person }) => person)).size <= 1) return;
  const words = 'one officer alone revokes one person in this time; the next one takes two officers';
  throw new Refusal('APPROVAL_NEEDED', words, { field: 'statements' });
}

/** None for what people do to themselves, and for what two have signed. */
function loneRevocation(
  body: StatementBody,
  signer: Signer,
  cosigner: Signer | undefined,
  directory: Directory,
): LoneRevocation[] {
  if (body.type !== 'revokePerson' || cosigner) return [];
  const officer = personOf(signer, directory);
  return officer === undefined || officer === body.person ? [] : [{ officer, person: body.person }];
}

/** Whose signature it is; undefined for the root's. */
export function personOf(signer: Signer, directory: Directory): string | undefined {
  if (signer.kind === 'root') return undefined;
  return signer.kind === 'person' ? signer.id : directory.device(signer.id)?.person;
}
