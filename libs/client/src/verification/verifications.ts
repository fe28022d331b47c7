import { equalBytes } from '#primitives';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { bytesOf, textOf } from '../ports/store.js';
import type { VerificationState } from '../types.js';
import { changedIdentities, identityProblem, isVouched } from './changedIdentities.js';
import { inFives, parseVerificationText, safetyNumber, verificationText } from './safetyNumber.js';
import type { Party } from './safetyNumber.js';

/** What two people compare to know that nobody stands between them. */
export interface VerificationView {
  readonly personId: string;
  readonly personName: string;
  readonly state: VerificationState;
  /** RFC 3339. */
  readonly verifiedAt: string | undefined;
  /** Sixty digits in groups of five; the other's screen shows the same. */
  readonly safetyNumber: string;
  /** For a QR code that the other scans. */
  readonly text: string;
}

/** Safety numbers between this person and others. */
export class Verifications {
  /** People about whom the alarm was raised in this run of the program. */
  private readonly told = new Set<string>();

  constructor(private readonly core: Core) {}

  /** @throws ChanceryError NOT_FOUND for somebody whom the directory does not know, or oneself */
  async of(personId: string): Promise<VerificationView> {
    const [own, other] = [this.party(this.core.profile.personId), this.party(personId)];
    if (own.personId === personId) throw unknown();
    const saved = await this.saved(personId);
    const isVerified = saved !== undefined && isVouched(this.core.directory.current, personId, saved.identityKey);
    return {
      personId,
      personName: this.core.directory.current.person(personId)?.name ?? '',
      state: saved ? (isVerified ? 'verified' : 'changed') : 'unverified',
      verifiedAt: saved?.verifiedAt,
      safetyNumber: inFives(safetyNumber(own, other)),
      text: verificationText(own, other),
    };
  }

  /** The person has compared, by voice or in the same room, and both numbers are the same. */
  async confirm(personId: string): Promise<VerificationView> {
    const { identityKey } = this.party(personId);
    const row = [personId, identityKey, this.core.timer.now().toISOString()];
    await this.core.store.transaction((sql) => sql.run('INSERT OR REPLACE INTO verification VALUES (?, ?, ?)', row));
    return this.of(personId);
  }

  /**
   * What was scanned from the other's screen: confirms when it names the same two keys.
   * @param personId whose screen it is meant to be
   * @throws ChanceryError BAD_INPUT for any other text, IDENTITY_CHANGED when the other side sees other keys
   */
  async compare(text: string, personId?: string): Promise<VerificationView> {
    const scanned = parseVerificationText(text);
    const isMeant = personId === undefined || scanned?.shownBy.personId === personId;
    if (!isMeant || scanned?.other.personId !== this.core.profile.personId) {
      throw new ChanceryError('BAD_INPUT', 'This is not what the screen of somebody shows who verifies you.', {
        field: 'text',
      });
    }
    const { shownBy, other } = scanned;
    if (this.isKnown(shownBy) && this.isKnown(other)) return this.confirm(shownBy.personId);
    throw new ChanceryError('IDENTITY_CHANGED', 'The other device sees other keys than this one.', {
      remedy: 'Do not go on. Somebody may stand between you; tell your security officer.',
    });
  }

  /** On purpose: the person goes on without having compared. */
  async forget(personId: string): Promise<VerificationView> {
    await this.core.store.transaction((sql) => sql.run('DELETE FROM verification WHERE person_id = ?', [personId]));
    return this.of(personId);
  }

  /** Raises an alarm for everybody who was verified and has another identity key since, once in this run of the program. */
  async tellOfChanges(): Promise<void> {
    const changed = await this.core.store.read((sql) => changedIdentities(sql, this.core));
    for (const personId of changed) {
      const problem = this.told.has(personId) ? undefined : identityProblem(this.core, changed, [personId]);
      if (problem) this.core.emit({ type: 'problem', conversationId: undefined, problem });
      this.told.add(personId);
    }
  }

  private party(personId: string): Party {
    const person = this.core.directory.current.person(personId);
    if (!person) throw unknown();
    return { personId, identityKey: person.identityKey };
  }

  private isKnown({ personId, identityKey }: Party): boolean {
    const known = this.core.directory.current.person(personId)?.identityKey;
    return known !== undefined && equalBytes(known, identityKey);
  }

  private async saved(personId: string): Promise<{ identityKey: Uint8Array; verifiedAt: string } | undefined> {
    const query = 'SELECT identity_key, verified_at FROM verification WHERE person_id = ?';
    const row = await this.core.store.read((sql) => sql.get(query, [personId]));
    return row && { identityKey: bytesOf(row, 'identity_key'), verifiedAt: textOf(row, 'verified_at') };
  }
}

function unknown(): ChanceryError {
  return new ChanceryError('NOT_FOUND', 'The directory knows no such other person.', { field: 'person' });
}
