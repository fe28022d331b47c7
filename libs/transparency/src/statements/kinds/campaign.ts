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
  const scope = { ...(levels && { levels }), ...(posts && { posts }) };
  return { type: 'campaign', at, campaign: fields.uuid('campaign'), ...scope, deadline };
}

export const readEndCampaign = (fields: Fields, at: number): EndCampaign => ({
  type: 'endCampaign',
  at,
  campaign: fields.uuid('campaign'),
});

export function applyCampaign(body: Campaign, { signer, seq }: Act, state: State): void {
  const { at, campaign: id, levels, posts, deadline } = body;
  requirePower('revoke', at, signer, state);
  if (state.campaigns.get(id)) throw new StatementError('ID_TAKEN', 'there is such a campaign', 'campaign');
  state.campaigns.set(id, { id, ...(levels && { levels }), ...(posts && { posts }), deadline, at, seq });
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
