import { useState } from 'react';

import type { CampaignView } from '#client';
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
  const [levels, setLevels] = useState<readonly string[]>([]);
  const [postIds, setPosts] = useState<readonly string[]>([]);
  const [deadline, setDeadline] = useState(() => localMinute(new Date(Date.now() + DEFAULT_DAYS * DAY_MS)));
  const start = useAct(
    (desk) =>
      desk.keys.start({
        deadline: new Date(deadline).toISOString(),
        ...(levels.length > 0 && { levels }),
        ...(postIds.length > 0 && { postIds }),
      }),
    onDone,
  );
  return (
    <FormCard title={text('campaign.start')} verb={text('campaign.begin')} act={start} onClose={onClose}>
      <p className={styles['quiet']}>{text('campaign.about')}</p>
      <DayField label={text('campaign.deadline')} time value={deadline} onChange={setDeadline} isRequired autoFocus />
      <CheckList
        label={text('campaign.levels')}
        options={policy.levels.map(({ id, marking }) => ({ id, text: marking }))}
        chosen={levels}
        onChange={setLevels}
      />
      <CheckList
        label={text('campaign.posts')}
        options={posts.map(({ id, name }) => ({ id, text: name }))}
        chosen={postIds}
        onChange={setPosts}
      />
      <p className={styles['warning']}>{text('campaign.removes')}</p>
    </FormCard>
  );
}

/** As a field of the browser writes it: local time, to the minute. */
function localMinute(time: Date): string {
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
