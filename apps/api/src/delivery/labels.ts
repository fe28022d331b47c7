import { Injectable } from '@nestjs/common';

import { canRead, dominates, parseLabel, validateLabel } from '#policy';
import type { Clearance, Label, SecurityPolicy } from '#policy';

import { DirectoryService } from '../directory/index.js';
import { Clock } from '../platform/clock.js';
import { Refusal } from '../platform/refusal.js';
import { Remembered } from './remembered.js';
import { Sql } from './sql.js';
import type { Statement } from './sql.js';

const MAX_GROUPS = 20_000;
const MAX_VERDICTS = 5_000;

const LABEL_OF: Statement = { name: 'label of group', text: 'SELECT label FROM mls_group WHERE id = $1' };

type Verdict = 'COVERED' | 'UNKNOWN' | 'TOO_HIGH';

/** Labels of groups, which never change, and what they cover under the policy in force. */
@Injectable()
export class Labels {
  readonly #labels = new Remembered<string, string>(MAX_GROUPS);
  readonly #verdicts = new WeakMap<SecurityPolicy, Remembered<string, Verdict>>();
  readonly #readable = new WeakMap<SecurityPolicy, WeakMap<Clearance, Map<string, boolean>>>();

  constructor(
    private readonly sql: Sql,
    private readonly directory: DirectoryService,
    private readonly clock: Clock,
  ) {}

  /** Canonical text of a group's label; undefined when there is no such group. */
  async ofGroup(groupId: string): Promise<string | undefined> {
    const known = this.#labels.get(groupId);
    if (known !== undefined) return known;
    const [row] = await this.sql.run<{ label: string }>(LABEL_OF, [groupId]);
    if (row) this.#labels.set(groupId, row.label);
    return row?.label;
  }

  /** Whether the policy in force gives a label a meaning. */
  async isKnown(text: string): Promise<boolean> {
    const label = parseLabel(text);
    return label !== undefined && validateLabel(label, await this.directory.policy()).length === 0;
  }

  /** Reads a canonical text. Throws LABEL_UNKNOWN unless the policy in force knows everything in it. */
  async parse(text: string): Promise<Label> {
    const label = parseLabel(text);
    if (label && (await this.isKnown(text))) return label;
    throw new Refusal('LABEL_UNKNOWN', 'the label is not one of the security policy in force');
  }

  /** Throws LABEL_UNKNOWN or LABEL_TOO_HIGH unless a message with this label may go to a group with that one. */
  async requireCovered(groupLabel: string, messageLabel: string): Promise<void> {
    const policy = await this.directory.policy();
    const verdicts = this.#verdictsUnder(policy);
    const key = `${groupLabel} ${messageLabel}`;
    const verdict = verdicts.get(key) ?? judge(groupLabel, messageLabel, policy);
    verdicts.set(key, verdict);
    if (verdict === 'COVERED') return;
    if (verdict === 'TOO_HIGH') {
      throw new Refusal('LABEL_TOO_HIGH', "the conversation's label does not cover the message's", {
        field: 'payload',
      });
    }
    throw new Refusal('LABEL_UNKNOWN', 'the label is not one of the security policy in force', { field: 'payload' });
  }

  /** Whether the holder of the clearance may now read what carries the label. */
  async mayRead(clearance: Clearance | undefined, label: string): Promise<boolean> {
    const now = this.clock.now();
    // time only ever takes a clearance away, so what was readable once stays so until then
    if (!clearance || (clearance.until !== undefined && !(Date.parse(clearance.until) > now.getTime()))) return false;
    const policy = await this.directory.policy();
    const readable = this.#readableUnder(policy, clearance);
    const parsed = readable.has(label) ? undefined : parseLabel(label);
    const verdict = readable.get(label) ?? (parsed !== undefined && canRead(clearance, parsed, policy, now));
    readable.set(label, verdict);
    return verdict;
  }

  #verdictsUnder(policy: SecurityPolicy): Remembered<string, Verdict> {
    const known = this.#verdicts.get(policy) ?? new Remembered<string, Verdict>(MAX_VERDICTS);
    this.#verdicts.set(policy, known);
    return known;
  }

  #readableUnder(policy: SecurityPolicy, clearance: Clearance): Map<string, boolean> {
    const byClearance = this.#readable.get(policy) ?? new WeakMap<Clearance, Map<string, boolean>>();
    this.#readable.set(policy, byClearance);
    const known = byClearance.get(clearance) ?? new Map<string, boolean>();
    byClearance.set(clearance, known);
    return known;
  }
}

function judge(groupLabel: string, messageLabel: string, policy: SecurityPolicy): Verdict {
  const [group, message] = [parseLabel(groupLabel), parseLabel(messageLabel)];
  if (!group || !message || validateLabel(message, policy).length > 0) return 'UNKNOWN';
  return dominates(group, message, policy) ? 'COVERED' : 'TOO_HIGH';
}
