import { useState } from 'react';

import type { CampaignView } from '#client';
import { useBegun } from '../../app/begun.js';
import { useText } from '../../text/text.js';
import { CheckList } from '../../ui/check.js';
import { DayField } from '../../ui/day.js';
import styles from './Administration.module.css';
import { useAct } from './asking.js';
import { FormCard, WithGrounds } from './FormCard.js';
import type { Grounds } from './FormCard.js';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 14;

interface CampaignFormProps {
  readonly onDone: (campaign: CampaignView) => void;
  readonly onClose: () => void;
}

export function CampaignForm(props: CampaignFormProps) {
  return <WithGrounds>{(grounds) => <Form {...props} {...grounds} />}</WithGrounds>;
}

/** Which conversations, and until when; what is left open limits nothing. */
function Form({ onDone, onClose, policy, posts }: CampaignFormProps & Grounds) {
  const text = useText();
  const [blank] = useState(beginning);
  const begun = useBegun('campaign', blank);
  const { levels, postIds, deadline } = begun.form;
  const start = useAct(
    (desk) =>
      desk.keys.start({
        deadline: new Date(deadline).toISOString(),
        ...(levels.length > 0 && { levels }),
        ...(postIds.length > 0 && { postIds }),
      }),
    (campaign) => {
      begun.forget();
      onDone(campaign);
    },
  );
  return (
    <FormCard title={text('campaign.start')} verb={text('campaign.begin')} act={start} onClose={onClose} begun={begun}>
      <p className={styles['quiet']}>{text('campaign.about')}</p>
      <DayField
        label={text('campaign.deadline')}
        time
        value={deadline}
        onChange={begun.set('deadline')}
        isRequired
        autoFocus
      />
      <CheckList
        label={text('campaign.levels')}
        options={policy.levels.map(({ id, marking }) => ({ id, text: marking }))}
        chosen={levels}
        onChange={begun.set('levels')}
      />
      <CheckList
        label={text('campaign.posts')}
        options={posts.map(({ id, name }) => ({ id, text: name }))}
        chosen={postIds}
        onChange={begun.set('postIds')}
      />
      <p className={styles['warning']}>{text('campaign.removes')}</p>
    </FormCard>
  );
}

const beginning = (): { levels: readonly string[]; postIds: readonly string[]; deadline: string } => ({
  levels: [],
  postIds: [],
  deadline: localMinute(new Date(Date.now() + DEFAULT_DAYS * DAY_MS)),
});

/** As a field of the browser writes it: local time, to the minute. */
function localMinute(time: Date): string {
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
