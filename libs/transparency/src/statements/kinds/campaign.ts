import { StatementError } from '../error.js';
import { asIdentifier, asUuid, requireSorted } from '../fields.js';
import type { Fields } from '../fields.js';
import type { State } from '../state.js';
import { requirePower } from './act.js';
import type { Act } from './act.js';

const MAX_LEVELS = 100;
const MAX_POSTS = 1000;

/**
 * Every device changes its keys in every conversation of the scope, by the deadline; whoever has not done so then is removed from
 * it. The scope: conversations with one of these levels, and with somebody who serves at one of these posts; what is absent
 * limits nothing. Signed by an officer with the power revoke.
 */
export interface Campaign {
  readonly type: 'campaign';
  readonly at: number;
  readonly campaign: string;
  /** Identifiers of the security policy, sorted. */
  readonly levels?: readonly string[];
  /** Sorted. */
  readonly posts?: readonly string[];
  /** Milliseconds since 1970. */
  readonly deadline: number;
  /**
   * The MLS cipher suite (RFC 9420 section 17.1) that the conversations move to; then nobody has to change keys beside that. It may be weaker
   * than theirs, which nobody but an officer may ask for.
   */
  readonly suite?: number;
}

/** A campaign asks for nothing any more. Signed by an officer with the power revoke. */
export interface EndCampaign {
  readonly type: 'endCampaign';
  readonly at: number;
  readonly campaign: string;
}

export function readCampaign(fields: Fields, at: number): Campaign {
  const levels = readSorted(fields, 'levels', MAX_LEVELS, asIdentifier);
  const posts = readSorted(fields, 'posts', MAX_POSTS, asUuid);
  const deadline = fields.time('deadline');
  if (deadline <= at) throw new StatementError('FIELD_INVALID', 'deadline has to be after at', 'deadline');
  const suite = fields.has('suite') ? { suite: fields.uint16('suite') } : {};
  const scope = { ...(levels && { levels }), ...(posts && { posts }), ...suite };
  return { type: 'campaign', at, campaign: fields.uuid('campaign'), ...scope, deadline };
}

export const readEndCampaign = (fields: Fields, at: number): EndCampaign => ({
  type: 'endCampaign',
  at,
  campaign: fields.uuid('campaign'),
});

export function applyCampaign(body: Campaign, { signer, seq }: Act, state: State): void {
  const { at, campaign: id, levels, posts, deadline, suite } = body;
  requirePower('revoke', at, signer, state);
  if (state.campaigns.get(id)) throw new StatementError('ID_TAKEN', 'there is such a campaign', 'campaign');
  const scope = { ...(levels && { levels }), ...(posts && { posts }), ...(suite !== undefined && { suite }) };
  state.campaigns.set(id, { id, ...scope, deadline, at, seq });
}

export function applyEndCampaign({ at, campaign }: EndCampaign, { signer, seq }: Act, state: State): void {
  requirePower('revoke', at, signer, state);
  const known = state.campaigns.get(campaign);
  if (!known) throw new StatementError('CAMPAIGN_UNKNOWN', 'there is no such campaign', 'campaign');
  if (known.ended) throw new StatementError('REPLAYED', 'the campaign has ended before', 'campaign');
  state.campaigns.set(campaign, { ...known, ended: { at, seq } });
}

/** Whether a campaign is about a conversation with this level, whose members serve at these posts. */
export function campaignCovers(
  { levels, posts }: Pick<Campaign, 'levels' | 'posts'>,
  level: string,
  postsOfMembers: ReadonlySet<string | undefined>,
): boolean {
  if (levels && !levels.includes(level)) return false;
  return posts === undefined || posts.some((post) => postsOfMembers.has(post));
}

/** The cipher suite that the newest of these campaigns asks for; undefined where none asks for any. */
export function suiteAskedFor(
  campaigns: readonly { readonly suite?: number; readonly seq: number }[],
): number | undefined {
  const named = campaigns.filter(({ suite }) => suite !== undefined);
  return named.toSorted((a, b) => b.seq - a.seq)[0]?.suite;
}

/** A list that is absent, or holds something. */
function readSorted(
  fields: Fields,
  name: string,
  max: number,
  read: (item: unknown, path: string) => string,
): string[] | undefined {
  if (!fields.has(name)) return undefined;
  const items = fields.list(name, max, read);
  requireSorted(items, name);
  if (items.length === 0) throw new StatementError('FIELD_INVALID', `${name} is empty`, name);
  return items;
}
