import { useText, useTroubleText } from '../../text/text.js';
import type { TextId } from '../../text/text.js';
import { ownZone } from '../../ui/post.js';
import type { PostForm } from '../../ui/post.js';
import type { NewMinistry } from '../../worker/opening/protocol.js';
import type { Trouble } from '../../worker/protocol.js';
import { offered } from './offered.js';

/** What is asked in three steps, as far as it was typed. */
export interface Draft {
  readonly foundingToken: string;
  readonly ministryName: string;
  readonly policyId: string;
  readonly posts: readonly PostDraft[];
  /** Id of the founder's post; the first one until another is chosen. */
  readonly postId: string;
  readonly personName: string;
  readonly deviceName: string;
  readonly passphrase: string;
}

export interface PostDraft extends PostForm {
  readonly id: string;
  readonly kind: 'DEPARTMENT' | 'MISSION';
}

export type Step = 1 | 2 | 3;
/** What is wrong, by the name of the field: a field of `Draft`, `posts` as a whole, or `posts.0.name`. */
export type Missing = ReadonlyMap<string, TextId>;

const FIELD =
  /^(foundingToken|ministryName|policy|personName|deviceName|passphrase|posts\.\d+\.(name|country|timeZone))$/u;
/** As the policy that any ministry can start with is called. */
const POLICY = 'generic-ministry';

export function newDraft(): Draft {
  const nothing = { ministryName: '', personName: '', deviceName: '', passphrase: '' };
  const department = newPost('DEPARTMENT');
  const { foundingToken } = offered;
  return { foundingToken, policyId: POLICY, posts: [department], postId: department.id, ...nothing };
}

export const newPost = (kind: PostDraft['kind']): PostDraft => ({
  ...{ id: crypto.randomUUID(), kind },
  ...{ name: '', country: '', timeZone: ownZone },
});

/** What a step still lacks. */
export function missingIn(step: Step, draft: Draft): Missing {
  if (step === 1) return new Map(emptyOf(draft, ['foundingToken', 'ministryName']));
  if (step === 3) return new Map(emptyOf(draft, ['personName', 'deviceName', 'passphrase']));
  const { posts } = draft;
  const unsaid = posts.flatMap(({ name }, place) =>
    name.trim() === '' ? [wrong(place, 'name', 'opening.found.empty')] : [],
  );
  const unplaced = posts.flatMap(({ kind, country }, place) =>
    kind === 'MISSION' && country.trim().length !== 2 ? [wrong(place, 'country', 'opening.found.noCountry')] : [],
  );
  const isHeadless = posts.every(({ kind }) => kind === 'MISSION');
  return new Map([...unsaid, ...unplaced, ...(isHeadless ? [['posts', 'opening.found.noDepartment'] as const] : [])]);
}

const wrong = (place: number, field: keyof PostForm, words: TextId) => [`posts.${place}.${field}`, words] as const;

type Written = 'foundingToken' | 'ministryName' | 'personName' | 'deviceName' | 'passphrase';

const emptyOf = (draft: Draft, fields: readonly Written[]): [string, TextId][] =>
  fields.filter((field) => draft[field].trim() === '').map((field) => [field, 'opening.found.empty']);

export function ministryOf({ posts, ...draft }: Draft): NewMinistry {
  return {
    ...draft,
    foundingToken: draft.foundingToken.trim(),
    ministryName: draft.ministryName.trim(),
    personName: draft.personName.trim(),
    deviceName: draft.deviceName.trim(),
    posts: posts.map(({ id, kind, name, country, timeZone }) => ({
      ...{ id, kind, name: name.trim(), timeZone },
      ...(kind === 'MISSION' && { country: country.trim().toUpperCase() }),
    })),
  };
}

/** The field that a trouble names, as `Draft` calls it; undefined where it is none of these. */
function fieldOf({ field = '' }: Trouble): string | undefined {
  const name = field.replace(/^(input|officer)\./u, '').replace(/^name$/u, 'ministryName');
  return FIELD.test(name) ? name : undefined;
}

/** Where what is wrong is asked for. */
export function stepOf(trouble: Trouble): Step {
  const field = fieldOf(trouble) ?? '';
  if (['foundingToken', 'ministryName', 'policy'].includes(field)) return 1;
  return field.startsWith('posts.') ? 2 : 3;
}

/** What is wrong, in words: at its field, or with the whole. */
export interface Errors {
  readonly at: (field: string) => string | undefined;
  readonly whole: string | undefined;
}

/** What each step is given. */
export interface StepProps {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly errors: Errors;
  /** Goes on; where something is missing or was refused, it goes to where that is asked for. */
  readonly next: () => Promise<void>;
  readonly back: () => void;
  readonly isBusy: boolean;
}

export function useErrors(trouble: Trouble | undefined, missing: Missing): Errors {
  const text = useText();
  const say = useTroubleText();
  const refused = trouble && fieldOf(trouble);
  const words = trouble && say({ ...trouble, field: undefined });
  return {
    at: (field) => {
      const lack = missing.get(field);
      if (lack !== undefined) return text(lack);
      return field === refused ? words : undefined;
    },
    whole: refused === undefined ? words : undefined,
  };
}
