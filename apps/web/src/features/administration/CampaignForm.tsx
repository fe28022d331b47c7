import { useState } from 'react';

import type { CampaignView } from '#client';
import type { SecurityPolicy } from '#policy';

import type { PostRow } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import { CheckList } from '../../ui/choice.js';
import { Button, Field } from '../../ui/controls.js';
import { Failure } from '../../ui/states.js';
import styles from './Administration.module.css';
import { useAct, useAsked } from './asking.js';
import { Loaded } from './parts.js';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 14;

interface CampaignFormProps {
  readonly onDone: (campaign: CampaignView) => void;
  readonly onClose: () => void;
}

export function CampaignForm(props: CampaignFormProps) {
  const policy = useAsked(['policy'], (desk) => desk.policies.inForce());
  const posts = useAsked(['posts'], (desk) => desk.administration.posts());
  return (
    <Loaded query={policy}>
      {(inForce) => <Loaded query={posts}>{(all) => <Form {...props} policy={inForce} posts={all} />}</Loaded>}
    </Loaded>
  );
}

interface FormProps extends CampaignFormProps {
  readonly policy: SecurityPolicy;
  readonly posts: readonly PostRow[];
}

/** Which conversations, and until when; what is left open limits nothing. */
function Form({ onDone, onClose, policy, posts }: FormProps) {
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
    <form
      className={`${styles['form'] ?? ''} ${styles['act'] ?? ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate(undefined);
      }}
    >
      <h2>{text('campaign.start')}</h2>
      <p className={styles['quiet']}>{text('campaign.about')}</p>
      <Field
        label={text('campaign.deadline')}
        type="datetime-local"
        value={deadline}
        onChange={setDeadline}
        isRequired
        autoFocus
      />
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
      <Failure error={start.error} />
      <div className={styles['row']}>
        <Button type="submit" manner="main" isBusy={start.isPending}>
          {text('campaign.begin')}
        </Button>
        <Button onPress={onClose}>{text('office.cancel')}</Button>
      </div>
    </form>
  );
}

/** As a field of the browser writes it: local time, to the minute. */
function localMinute(time: Date): string {
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
