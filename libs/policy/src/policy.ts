import { fault } from './faults.js';
import type { PolicyFault } from './faults.js';

/** How the values of a category decide who may read (STANAG 4774, Category Type). */
export const CATEGORY_TYPES = ['RESTRICTIVE', 'PERMISSIVE', 'INFORMATIVE'] as const;
/**
 * - RESTRICTIVE: the reader holds every value of the label.
 * - PERMISSIVE: the reader holds at least one value of the label.
 * - INFORMATIVE: shown to people, never decides.
 */
export type CategoryType = (typeof CATEGORY_TYPES)[number];

/** When a device changes its keys in a conversation: whichever comes first. Whole numbers from 1. */
export interface RotationRule {
  readonly days: number;
  /** Messages that the device has sent since. */
  readonly messages: number;
}

/** What is changed without regard to labels. */
export interface PolicyRotation {
  /** People's devices give them a new identity key after so many days. A whole number from 1. */
  readonly identityDays: number;
}

export interface PolicyLevel {
  readonly id: string;
  /** Greater is more sensitive; a whole number from 0, no two levels share one. */
  readonly rank: number;
  /** What people read, for instance "TOP SECRET". */
  readonly marking: string;
  /** CSS colour `#rrggbb`, always beside the words and never instead of them. */
  readonly colour: string;
  /** What stands before a paragraph, for instance "TS"; absent: the marking. */
  readonly portion?: string;
  /** What STANAG 4774 labels call the level where that is not its marking, for instance "SECRET" for "NATO SECRET". */
  readonly classification?: string;
  /** For conversations whose label has this level; absent: see `rotationRule`. */
  readonly rotation?: RotationRule;
  /** Days; for conversations whose label has this level; absent: see `freshnessDays`. */
  readonly freshness?: number;
}

export interface PolicyValue {
  readonly id: string;
  readonly marking: string;
  /** What stands before a paragraph, for instance "NF"; absent: the marking. */
  readonly portion?: string;
  /** Values of the same category that a person can't choose beside this one, for instance EXDIS beside NODIS. */
  readonly excludes?: readonly string[];
  /** Who has this role holds the value without a clearance for it; not in INFORMATIVE categories, which never decide. */
  readonly role?: string;
}

export interface PolicyCategory {
  readonly tag: string;
  readonly type: CategoryType;
  /** The TagName in STANAG 4774 labels, for instance "Releasable To"; absent: the tag. */
  readonly name?: string;
  /** Words before the values of this category in a marking, for instance "REL TO". */
  readonly prefix?: string;
  readonly values: readonly PolicyValue[];
}

export interface PolicyPrecedence {
  readonly id: string;
  /** Greater is more urgent; a whole number from 0. Independent of classification. */
  readonly rank: number;
  readonly marking: string;
  /** Minutes within which the addressee has to handle a message. */
  readonly handlingMinutes: number;
}

/**
 * - map: the level of the other side means this one.
 * - upgrade: the other side's level has no equal here; this one protects it more than it asks for.
 * - refuse: nothing of that level may come over.
 */
export type EquivalenceAction = (typeof EQUIVALENCE_ACTIONS)[number];
export const EQUIVALENCE_ACTIONS = ['map', 'upgrade', 'refuse'] as const;

/** A value of another policy's category and the value that stands for it. */
export interface CategoryEquivalence {
  readonly fromTag: string;
  readonly fromValue: string;
  readonly toTag: string;
  readonly toValue: string;
}

/**
 * How a level of one policy is read under another: in one direction, and at a time, because agreements change. The
 * identifiers and levels are written as STANAG 4774 labels write them.
 */
export interface PolicyEquivalence {
  readonly fromPolicy: string;
  readonly fromLevel: string;
  /** RFC 3339 instants; from the first on, before the second; absent: without end. */
  readonly validFrom: string;
  readonly validTo?: string;
  readonly toPolicy: string;
  /** Absent where the action is `refuse`. */
  readonly toLevel?: string;
  readonly action: EquivalenceAction;
  readonly categories?: readonly CategoryEquivalence[];
}

/** A level that has taken the place of another. */
export interface LevelSuccession {
  readonly from: string;
  readonly to: string;
}

/**
 * How labels and clearances that were made under an older policy are read under this one. Names that no row mentions stay what they are.
 * The older policy may be this one before it was changed; then a row names what it has no more.
 */
export interface PolicySuccession {
  /** Id of the older policy. */
  readonly policy: string;
  readonly levels?: readonly LevelSuccession[];
  readonly categories?: readonly CategoryEquivalence[];
}

/** How STANAG 4774 labels name a policy. */
export interface StanagPolicyName {
  readonly identifier: string;
  /** `urn:oid:…` of the policy authority. */
  readonly uri?: string;
}

/** A security policy is data: one is in force at a time, and labels name the policy that they were made under. */
export interface SecurityPolicy {
  readonly id: string;
  readonly name: string;
  readonly levels: readonly PolicyLevel[];
  readonly categories: readonly PolicyCategory[];
  readonly precedences: readonly PolicyPrecedence[];
  /** Absent: see `identityDays`. */
  readonly rotation?: PolicyRotation;
  /** Absent: labels name the policy by its id. */
  readonly stanag?: StanagPolicyName;
  readonly equivalences?: readonly PolicyEquivalence[];
  readonly successions?: readonly PolicySuccession[];
}

/** Thrown where a policy, or a label given to `join`, can't be used. `path` names the place, for instance `levels.2.rank`. */
export class PolicyError extends Error {
  constructor(
    readonly path: string,
    readonly fault: PolicyFault,
  ) {
    super(path === '' ? fault.words : `${path}: ${fault.words}`);
    this.name = 'PolicyError';
  }
}

/** Of a label that the policy, or its own form, does not bear. */
export const labelError = (path: string, detail: string): PolicyError =>
  new PolicyError(path, fault('LABEL', { detail }));
