import { toHex } from '#primitives/verify';

import { encodeWith } from './codec.js';
import { encodeAuthenticatedContent } from './framing.js';
import type { AuthenticatedContent, Sender } from './framing.js';
import { proposalRefOf } from './labels.js';
import type { Proposal } from './proposal.js';
import { broken } from './rules.js';

/** A proposal and who made it; `ref` only if it was sent on its own. */
export interface SentProposal {
  readonly proposal: Proposal;
  readonly sender: Sender;
  readonly ref: Uint8Array | undefined;
}

export interface StoredProposal extends SentProposal {
  readonly ref: Uint8Array;
  readonly content: AuthenticatedContent;
}

/** The verified proposals of the current epoch, by reference, in the order in which they came. */
export class ProposalStore {
  private readonly byRef = new Map<string, StoredProposal>();
  private readonly aside = new Set<string>();

  /** Takes verified content that holds a proposal. */
  add(content: AuthenticatedContent): StoredProposal {
    if (content.content.content.kind !== 'proposal') throw broken('valn060105');
    const { proposal } = content.content.content;
    const ref = proposalRefOf(encodeWith(encodeAuthenticatedContent, content));
    const stored = { proposal, sender: content.content.sender, ref, content };
    this.byRef.set(toHex(ref), stored);
    return stored;
  }

  get(ref: Uint8Array): StoredProposal | undefined {
    return this.byRef.get(toHex(ref));
  }

  delete(ref: Uint8Array): void {
    this.byRef.delete(toHex(ref));
    this.aside.delete(toHex(ref));
  }

  /** Stays known, for a commit of another member that covers it, and waits for none of one's own. */
  setAside(ref: Uint8Array): void {
    if (this.byRef.has(toHex(ref))) this.aside.add(toHex(ref));
  }

  isAside(ref: Uint8Array): boolean {
    return this.aside.has(toHex(ref));
  }

  /** Those that wait for a commit. */
  waiting(): StoredProposal[] {
    return [...this.byRef].flatMap(([ref, stored]) => (this.aside.has(ref) ? [] : [stored]));
  }

  all(): StoredProposal[] {
    return [...this.byRef.values()];
  }

  clear(): void {
    this.byRef.clear();
    this.aside.clear();
  }
}
