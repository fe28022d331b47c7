/**
 * What is wrong at a place of a policy, or with a label: a stable code with its values, and the English words that follow the place. A page
 * says each code in its reader's language; `detail` is English and stands elsewhere only.
 */
export const POLICY_FAULTS = {
  // of the text
  NO_JSON: 'is no JSON text',
  POLICY_TOO_LONG: 'is longer than {most} characters',
  // of one value
  WRONG_KIND: '{detail}',
  UNKNOWN_KEY: '{detail}',
  TOO_SHORT: '{detail}',
  TOO_LONG: '{detail}',
  TOO_FEW: '{detail}',
  TOO_MANY: '{detail}',
  TOO_SMALL: '{detail}',
  TOO_GREAT: '{detail}',
  NO_INSTANT: '{detail}',
  NO_IDENTIFIER: 'is no identifier (capital letters, digits, underscore)',
  NO_POLICY_IDENTIFIER: 'is no policy identifier (small letters, digits, dot, hyphen)',
  NO_COLOUR: 'is no colour (#rrggbb, lower case)',
  NO_OBJECT_IDENTIFIER: 'is no object identifier (urn:oid:1.2.3)',
  // of values beside each other
  TWICE: 'stands there twice',
  EXCLUDES_NOTHING: 'names no other value of the category',
  ROLE_WITHOUT_USE: 'decides nothing in an INFORMATIVE category',
  ENDS_BEFORE: 'is not after validFrom',
  LEVEL_WITHOUT_USE: 'has no place where the action is refuse',
  LEVEL_MISSING: 'is needed for this action',
  RIVAL: 'says of a level what another row says for the same time',
  LEVEL_ELSEWHERE: 'is no level of the policy {policy}',
  VALUE_ELSEWHERE: 'names no value of the policy {policy}',
  LEVEL_REMAINS: 'is a level that the policy still has',
  VALUE_REMAINS: 'names a value that the policy still has',
  // of a label that the policy cannot read
  LABEL: '{detail}',
} as const;

export type PolicyFaultCode = keyof typeof POLICY_FAULTS;
export type PolicyFaultValues = Readonly<Record<string, string | number>>;

export interface PolicyFault {
  readonly code: PolicyFaultCode;
  readonly values: PolicyFaultValues;
  /** In English, with the values. */
  readonly words: string;
}

/** The names that stand in braces in a sentence. */
type NamesIn<Words extends string> = Words extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;
type Asked<Code extends PolicyFaultCode> = NamesIn<(typeof POLICY_FAULTS)[Code]>;
/** Asked for where the words have any; more may be given for a page's words. */
type Given<Code extends PolicyFaultCode> = [Asked<Code>] extends [never]
  ? []
  : [values: Readonly<Record<Asked<Code>, string | number>> & PolicyFaultValues];

/** A fault with all the values that its words name. */
export function fault<Code extends PolicyFaultCode>(code: Code, ...given: Given<Code>): PolicyFault;
export function fault(code: PolicyFaultCode, values: PolicyFaultValues = {}): PolicyFault {
  const words = POLICY_FAULTS[code].replaceAll(/\{(\w+)\}/gu, (_, name: string) => String(values[name]));
  return { code, values, words };
}

/** A code whose words have no values. */
export type PlainFaultCode = {
  [Code in PolicyFaultCode]: [Asked<Code>] extends [never] ? Code : never;
}[PolicyFaultCode];

export const isPlainFault = (text: string): text is PlainFaultCode =>
  Object.entries<string>(POLICY_FAULTS).some(([code, words]) => code === text && !words.includes('{'));
