import { equalBytes } from '#primitives';
import type { Directory } from '#transparency';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { bytesOf, textOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import type { Problem } from '../types.js';

/** People whom this person has verified, and who have another identity key since. */
export async function changedIdentities(sql: Sql, core: Core): Promise<ReadonlySet<string>> {
  const states = [...(await verificationStates(sql, core))];
  return new Set(states.flatMap(([personId, state]) => (state === 'changed' ? [personId] : [])));
}

/** Of everybody whom this person has ever verified. */
export async function verificationStates(
  sql: Sql,
  { directory }: Core,
): Promise<ReadonlyMap<string, 'verified' | 'changed'>> {
  const rows = await sql.all('SELECT person_id, identity_key FROM verification');
  const states = rows.map((row) => {
    const personId = textOf(row, 'person_id');
    const isKnown = isVouched(directory.current, personId, bytesOf(row, 'identity_key'));
    return [personId, isKnown ? 'verified' : 'changed'] as const;
  });
  return new Map(states);
}

/**
 * Whether a key that was compared still stands for the person: it is the one in force, or the person has changed it themselves, each key
 * signing the next while nobody else could hold it. A change by officers, or after a device was lost, has to be compared anew.
 */
export function isVouched(directory: Directory, personId: string, compared: Uint8Array): boolean {
  return directory.vouchedKeys(personId).some((key) => equalBytes(key, compared));
}

/** @throws ChanceryError IDENTITY_CHANGED for one of these people */
export async function requireSameIdentities(sql: Sql, core: Core, personIds: readonly string[]): Promise<void> {
  const problem = identityProblem(core, await changedIdentities(sql, core), personIds);
  if (problem) throw new ChanceryError(problem.code, problem.message, { field: 'personIds' });
}

/** Says of one of these people that they have another key than the one that was compared. */
export function identityProblem(
  { directory }: Core,
  changed: ReadonlySet<string>,
  personIds: readonly string[],
): Problem | undefined {
  const personId = personIds.find((id) => changed.has(id));
  if (personId === undefined) return undefined;
  const name = directory.current.person(personId)?.name ?? personId;
  const message = `${name} has another identity key than the one that you have compared. Nothing is sent to them meanwhile.`;
  return { code: 'IDENTITY_CHANGED', message };
}
