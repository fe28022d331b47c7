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

export interface PolicyLevel {
  readonly id: string;
  /** Greater is more sensitive; a whole number from 0, no two levels share one. */
  readonly rank: number;
  /** What people read, for instance "TOP SECRET". */
  readonly marking: string;
  /** CSS colour `#rrggbb`, always beside the words and never instead of them. */
  readonly colour: string;
  /** For conversations whose label has this level; absent: see `rotationRule`. */
  readonly rotation?: RotationRule;
}

export interface PolicyValue {
  readonly id: string;
  readonly marking: string;
}

export interface PolicyCategory {
  readonly tag: string;
  readonly type: CategoryType;
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

/** A security policy is data: one is in force at a time, and labels name the policy that they were made under. */
export interface SecurityPolicy {
  readonly id: string;
  readonly name: string;
  readonly levels: readonly PolicyLevel[];
  readonly categories: readonly PolicyCategory[];
  readonly precedences: readonly PolicyPrecedence[];
}

/** Thrown where a policy, or a label given to `join`, can't be used. `path` names the place, for instance `levels.2.rank`. */
export class PolicyError extends Error {
  constructor(
    readonly path: string,
    problem: string,
  ) {
    super(path === '' ? problem : `${path}: ${problem}`);
    this.name = 'PolicyError';
  }
}
