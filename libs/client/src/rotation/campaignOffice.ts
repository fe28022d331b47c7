import {
  CampaignDaysDocument,
  CampaignDocument,
  CampaignHoldersDocument,
  CampaignsDocument,
  PublishStatementsDocument,
  RemindCampaignDocument,
  suiteName,
} from '#contracts';
import type { CampaignPartsFragment, ReminderPartsFragment } from '#contracts';
import { validateLabel } from '#policy';
import { toBase64 } from '#primitives';
import type { StatementBody } from '#transparency';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { newUuid } from '../identifiers.js';
import { suiteNamed } from '../reinit/suites.js';
import { signStatement } from '../statements.js';

const PAGE = 100;

/** What a campaign is about; what is absent limits nothing. */
export interface NewCampaign {
  /** Only conversations with these levels of the security policy. */
  readonly levels?: readonly string[];
  /** Only conversations with somebody who serves at one of these posts. */
  readonly postIds?: readonly string[];
  /** The cipher suite that the conversations move to, a name of SUITES of `#contracts`; default: they keep theirs, and all keys change. */
  readonly suite?: string;
  /** RFC 3339: whoever has not changed keys, or cannot follow to the suite, by then is removed from the conversation. */
  readonly deadline: string;
}

export interface CampaignView extends Required<Omit<NewCampaign, 'levels' | 'postIds' | 'suite'>> {
  readonly id: string;
  /** Undefined: conversations with any. */
  readonly levels: readonly string[] | undefined;
  readonly postIds: readonly string[] | undefined;
  /** Undefined where new keys are asked for, and no other suite. */
  readonly suite: string | undefined;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  /** Conversations in the scope, and those in which every device has changed its keys. */
  readonly groups: number;
  readonly groupsDone: number;
  /** Memberships of devices, and those with new keys. */
  readonly members: number;
  readonly membersDone: number;
  /** Oldest first. */
  readonly reminders: readonly CampaignReminderView[];
}

/** The devices that held a campaign back were told so: at half of its time, a day before the deadline, or by an officer. */
export type CampaignReminderView = Pick<ReminderPartsFragment, 'reason' | 'at' | 'devices'>;

/** How far a campaign was when it was counted last on a day, in UTC, for instance `2026-11-22`. */
export interface CampaignDayView extends Pick<CampaignView, 'groups' | 'groupsDone' | 'members' | 'membersDone'> {
  readonly day: string;
}

/** A device that holds a campaign back. */
export interface CampaignHolderView {
  readonly deviceId: string;
  readonly deviceName: string;
  readonly personId: string;
  readonly personName: string;
  /** Conversations in which it has not changed its keys. */
  readonly groups: number;
}

/** Officers' view of rotation campaigns: every device of a scope changes its keys by a deadline. */
export class CampaignOffice {
  /** @param tend - carries the campaign out in the conversations of this device */
  constructor(
    private readonly core: Core,
    private readonly tend: () => Promise<void>,
  ) {}

  /** Begins a campaign (power revoke). @throws ChanceryError BAD_INPUT, LABEL_UNKNOWN, NOT_FOUND, STATEMENT_INVALID */
  async start({ levels, postIds, suite, deadline }: NewCampaign): Promise<CampaignView> {
    for (const level of levels ?? []) this.requireLevel(level);
    const named = suite === undefined ? {} : { suite: suiteNamed(suite).id };
    const { timer } = this.core;
    const campaign = newUuid(timer.now());
    const ends = Date.parse(deadline);
    if (!(ends > timer.now().getTime())) {
      throw new ChanceryError('BAD_INPUT', 'The deadline has to be in the future.', { field: 'deadline' });
    }
    const scope = { ...(levels && { levels }), ...(postIds && { posts: postIds }), ...named };
    await this.publish({ type: 'campaign', at: timer.now().getTime(), campaign, ...scope, deadline: ends });
    return this.one(campaign);
  }

  /** Ends a campaign before its deadline, or after everybody has come along: nobody is removed for it any more (power revoke). */
  async end(id: string): Promise<CampaignView> {
    await this.publish({ type: 'endCampaign', at: this.core.timer.now().getTime(), campaign: id });
    return this.one(id);
  }

  /**
   * Tells the devices that hold a campaign back, those that are there at once and the others when they come.
   * @throws ChanceryError NOT_FOUND, CONFLICT when it is over, RATE_LIMITED within an hour of the reminder before
   */
  async remind(id: string): Promise<CampaignReminderView> {
    return (await this.core.session.execute(RemindCampaignDocument, { id })).remindCampaign;
  }

  /** Newest first. */
  async list(): Promise<readonly CampaignView[]> {
    const views: CampaignView[] = [];
    let after: string | null = null;
    do {
      const variables: { first: number; after: string | null } = { first: PAGE, after };
      const { edges, pageInfo } = (await this.core.session.execute(CampaignsDocument, variables)).campaigns;
      views.push(...edges.map(({ node }) => viewOf(node)));
      after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
    } while (after !== null);
    return views;
  }

  /** @throws ChanceryError NOT_FOUND */
  async one(id: string): Promise<CampaignView> {
    const { campaign } = await this.core.session.execute(CampaignDocument, { id });
    if (campaign) return viewOf(campaign);
    throw new ChanceryError('NOT_FOUND', 'There is no such campaign.', { field: 'campaign' });
  }

  /** Its way so far, oldest first; a bounded number of days. @throws ChanceryError NOT_FOUND */
  async days(id: string): Promise<readonly CampaignDayView[]> {
    const { campaign } = await this.core.session.execute(CampaignDaysDocument, { id });
    if (campaign) return campaign.days;
    throw new ChanceryError('NOT_FOUND', 'There is no such campaign.', { field: 'campaign' });
  }

  /** The devices that hold a campaign back. @throws ChanceryError NOT_FOUND */
  async heldBackBy(id: string): Promise<readonly CampaignHolderView[]> {
    const holders: CampaignHolderView[] = [];
    let after: string | null = null;
    do {
      const variables: { id: string; first: number; after: string | null } = { id, first: PAGE, after };
      const { campaign } = await this.core.session.execute(CampaignHoldersDocument, variables);
      if (!campaign) throw new ChanceryError('NOT_FOUND', 'There is no such campaign.', { field: 'campaign' });
      const { edges, pageInfo } = campaign.heldBackBy;
      holders.push(...edges.map(({ node }) => node));
      after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
    } while (after !== null);
    return holders;
  }

  private requireLevel(level: string): void {
    const [problem] = validateLabel({ policy: this.core.policy.id, level, categories: [] }, this.core.policy);
    if (problem) throw new ChanceryError('LABEL_UNKNOWN', `The level ${problem.message}.`, { field: 'levels' });
  }

  private async publish(body: StatementBody): Promise<void> {
    const { session, directory, profile, deviceKey } = this.core;
    const statement = signStatement(body, { kind: 'device', id: profile.deviceId }, deviceKey);
    await session.execute(PublishStatementsDocument, { statements: [toBase64(statement)] });
    await directory.catchUp(session);
    await this.tend();
  }
}

function viewOf(campaign: CampaignPartsFragment): CampaignView {
  const { id, levels, posts, suite, startedAt, deadline, endedAt, progress, reminders } = campaign;
  return {
    id,
    levels: levels ?? undefined,
    postIds: posts ?? undefined,
    suite: typeof suite === 'number' ? suiteName(suite) : undefined,
    startedAt,
    deadline,
    endedAt: endedAt ?? undefined,
    ...progress,
    reminders,
  };
}
