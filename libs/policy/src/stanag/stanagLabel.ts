import type { ForeignLabel } from '../equivalence.js';
import { sameName, translateLabel } from '../equivalence.js';
import type { CategoryValues, Label } from '../label.js';
import { sortCategories } from '../label.js';
import { labelError } from '../policy.js';
import type { CategoryType, PolicyCategory, PolicyLevel, SecurityPolicy } from '../policy.js';
import { underPolicy } from '../succession.js';
import { validateLabel } from '../validate.js';

/** Namespace of ADatP-4774 labels. */
export const LABEL_NAMESPACE = 'urn:nato:stanag:4774:confidentialitymetadatalabel:1:0';

/** What the label is to the data: the originator's own, an equal one under another policy, or that of the metadata. */
export const LABEL_KINDS = ['originator', 'alternative', 'metadata'] as const;
export type StanagLabelKind = (typeof LABEL_KINDS)[number];

/** ADatP-4774 table 9. */
export const ORIGINATOR_TYPES = [
  'rfc822Name',
  'dNSName',
  'directoryName',
  'uniformResourceIdentifier',
  'iPAddress',
  'x400Address',
  'userPrincipalName',
  'jID',
] as const;
export type OriginatorType = (typeof ORIGINATOR_TYPES)[number];

/** ConfidentialityInformation: the label itself, in the names of its policy. */
export interface StanagInformation {
  readonly policy: string;
  readonly policyUri?: string;
  readonly classification: string;
  readonly privacyMark?: string;
  readonly categories: readonly StanagCategory[];
}

export interface StanagCategory {
  readonly tag: string;
  readonly type: CategoryType;
  readonly uri?: string;
  readonly values: readonly string[];
}

/** The elements that a successor label has as well. */
export interface StanagBase {
  readonly information: StanagInformation;
  readonly originator?: { readonly type: OriginatorType; readonly id: string };
  readonly createdAt: Date;
}

/** A confidentiality label with its life cycle (ADatP-4774, appendix 1). */
export interface StanagLabel extends StanagBase {
  readonly kind: StanagLabelKind;
  /** When somebody looks at the label again; a label without a successor has to have one. */
  readonly reviewAt?: Date;
  readonly succession?: { readonly at: Date; readonly label: StanagBase };
}

/** A label in the names that STANAG 4774 labels of its policy use. */
export function toStanag(given: Label, policy: SecurityPolicy): StanagInformation {
  const [problem] = validateLabel(given, policy);
  if (problem) throw labelError(problem.field, problem.message);
  const label = underPolicy(given, policy);
  const level = policy.levels.find(({ id }) => id === label.level);
  return {
    policy: policy.stanag?.identifier ?? policy.id,
    ...(policy.stanag?.uri === undefined ? {} : { policyUri: policy.stanag.uri }),
    classification: level ? classificationOf(level) : label.level,
    categories: policy.categories.flatMap((category) => stanagCategory(category, label)),
  };
}

/** What a STANAG 4774 label means under the policy in force. */
export interface StanagMeaning {
  readonly label: Label;
  /** `same`: the label is one of this policy. Otherwise how the equivalence read it. */
  readonly action: 'same' | 'map' | 'upgrade';
  readonly dropped: readonly CategoryValues[];
}

/**
 * Reads the names of a STANAG 4774 label, without regard to case, under this policy or by its equivalences at `at`.
 * @throws PolicyError for names that the policy does not know, or that restrict and have no equal.
 */
export function fromStanag(information: StanagInformation, policy: SecurityPolicy, at: Date): StanagMeaning {
  const names = [policy.stanag?.identifier ?? policy.id, policy.id];
  if (!isAmong(names, information.policy)) return translateLabel(foreignLabel(information), policy, at);
  const level = policy.levels.find((known) => isAmong(levelNames(known), information.classification));
  if (level) return { label: ownLabel(level, information, policy), action: 'same', dropped: [] };
  // A level that the policy had once is read by the policy's equivalences from its own past.
  if (policy.equivalences?.some(({ fromPolicy }) => isAmong(names, fromPolicy))) {
    return translateLabel(foreignLabel(information), policy, at);
  }
  throw labelError('Classification', `${information.classification} is no level of ${policy.name}`);
}

function ownLabel({ id }: PolicyLevel, information: StanagInformation, policy: SecurityPolicy): Label {
  const categories = information.categories.map((category) => ownCategory(category, policy));
  const label = { policy: policy.id, level: id, categories: sortCategories(categories) };
  const [problem] = validateLabel(label, policy);
  if (problem) throw labelError(problem.field, problem.message);
  return label;
}

function stanagCategory(category: PolicyCategory, label: Label): StanagCategory[] {
  const chosen = label.categories.find(({ tag }) => tag === category.tag)?.values;
  if (chosen === undefined) return [];
  const values = category.values.filter(({ id }) => chosen.includes(id)).map(({ marking }) => marking);
  return [{ tag: category.name ?? category.tag, type: category.type, values }];
}

function ownCategory({ tag, type, values }: StanagCategory, policy: SecurityPolicy): CategoryValues {
  const known = policy.categories.find((category) => isAmong([category.name ?? category.tag, category.tag], tag));
  if (!known) throw labelError('Category', `${tag} is no category of ${policy.name}`);
  if (known.type !== type) throw labelError('Category', `${tag} is ${known.type} under ${policy.name}, not ${type}`);
  return { tag: known.tag, values: values.map((value) => ownValue(value, known)) };
}

function ownValue(name: string, { tag, values }: PolicyCategory): string {
  const known = values.find((value) => isAmong([value.marking, value.id], name));
  if (!known) throw labelError('GenericValue', `${name} is no value of ${tag}`);
  return known.id;
}

function foreignLabel({ policy, classification, categories }: StanagInformation): ForeignLabel {
  return {
    policy,
    level: classification,
    categories: categories.map(({ tag, type, values }) => ({ tag, type, values })),
  };
}

function classificationOf({ classification, marking }: PolicyLevel): string {
  return classification ?? marking;
}

/** STANAG 4774 takes the names within a label without regard to case. */
function isAmong(names: readonly string[], name: string): boolean {
  return names.some((known) => sameName(known, name));
}

function levelNames(level: PolicyLevel): string[] {
  return [classificationOf(level), level.marking, level.id];
}
