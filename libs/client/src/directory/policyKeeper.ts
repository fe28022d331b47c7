import { SecurityPoliciesDocument } from '#contracts';
import { PolicyError, canonicalPolicy, parsePolicy } from '#policy';
import type { SecurityPolicy } from '#policy';
import { equalBytes, sha256, utf8 } from '#primitives';
import type { Directory } from '#transparency';

import { ChanceryError } from '../errors.js';
import type { Store } from '../ports/store.js';
import { loadSetting, saveSetting } from '../profile.js';
import type { Session } from '../session.js';
import type { Problem } from '../types.js';

const SETTING = 'policy';
/** While this device asks, another policy may come into force. */
const NEWEST = 3;

/**
 * The security policy in force. The directory says by a hash which one that is; the text is taken from the server and counts only when it
 * has that hash. Until the right text is here nothing is sent: a server that shows an older policy, or another one, wins nothing.
 */
export class PolicyKeeper {
  private hash: Uint8Array;
  private toldOf: Uint8Array | undefined;

  private constructor(
    private readonly store: Store,
    private readonly tell: (problem: Problem) => void,
    private policy: SecurityPolicy,
  ) {
    this.hash = hashOf(canonicalPolicy(policy));
  }

  /** @param first - the policy that the device was enrolled with */
  static async load(store: Store, first: string, tell: (problem: Problem) => void): Promise<PolicyKeeper> {
    const kept = await store.read((sql) => loadSetting(sql, SETTING));
    return new PolicyKeeper(store, tell, parsePolicy(typeof kept === 'string' ? kept : first));
  }

  /** As far as it was verified here. */
  get current(): SecurityPolicy {
    return this.policy;
  }

  /** Whether the directory names the policy that is here. */
  isCurrent({ policy }: Directory): boolean {
    return policy === undefined || equalBytes(policy.hash, this.hash);
  }

  /** Fetches the policy that the directory names, unless it is here. What is not that one is left where it was, and told of once. */
  async follow(session: Session, directory: Directory): Promise<void> {
    if (this.isCurrent(directory) || !directory.policy) return;
    const { hash } = directory.policy;
    const { securityPolicies } = await session.execute(SecurityPoliciesDocument, { first: NEWEST });
    const texts = securityPolicies.edges.map(({ node }) => node.policy);
    const text = texts.find((one) => equalBytes(hashOf(one), hash));
    const policy = text === undefined ? undefined : readOrNothing(text);
    if (text === undefined || !policy) {
      if (!this.toldOf || !equalBytes(this.toldOf, hash)) this.tell(withheld());
      this.toldOf = hash;
      return;
    }
    await this.store.transaction((sql) => saveSetting(sql, SETTING, text));
    [this.policy, this.hash] = [policy, hash];
  }

  /** @throws ChanceryError POLICY_WITHHELD while the server has not shown the policy in force */
  requireCurrent(directory: Directory): void {
    if (this.isCurrent(directory)) return;
    const { code, message } = withheld();
    throw new ChanceryError(code, message);
  }
}

const hashOf = (text: string): Uint8Array => sha256(utf8(text));

/** Undefined for a policy that this version can't read: it does not guess. */
export function readOrNothing(text: string): SecurityPolicy | undefined {
  try {
    return parsePolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) return undefined;
    throw error;
  }
}

function withheld(): Problem {
  return {
    code: 'POLICY_WITHHELD',
    message:
      'The server does not show the security policy that the officers have put in force, or this version cannot read it.',
  };
}
