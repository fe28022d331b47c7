import { useState } from 'react';

import type { Role } from '#contracts';
import type { SecurityPolicy } from '#policy';

import type { ClearanceForm, Letter, PostRow } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import { Choice } from '../../ui/choice.js';
import { Button, Field } from '../../ui/controls.js';
import { Failure } from '../../ui/states.js';
import styles from './Administration.module.css';
import { useAct, useAsked } from './asking.js';
import { RoleList } from './AssignDialog.js';
import { lowestOf } from './ClearanceDialog.js';
import { ClearanceFields } from './ClearanceFields.js';
import { Loaded } from './parts.js';

const HOURS = [24, 72, 168, 720] as const;

interface InvitationFormProps {
  readonly onDone: (letter: Letter) => void;
  readonly onClose: () => void;
}

/** Whom the ministry takes in, where, and what they may read there. */
export function InvitationForm(props: InvitationFormProps) {
  const policy = useAsked(['policy'], (desk) => desk.policies.inForce());
  const posts = useAsked(['posts'], (desk) => desk.administration.posts());
  return (
    <Loaded query={policy}>
      {(inForce) => <Loaded query={posts}>{(all) => <Form {...props} policy={inForce} posts={all} />}</Loaded>}
    </Loaded>
  );
}

interface FormProps extends InvitationFormProps {
  readonly policy: SecurityPolicy;
  readonly posts: readonly PostRow[];
}

function Form({ onDone, onClose, policy, posts }: FormProps) {
  const text = useText();
  const [personName, setName] = useState('');
  const [postId, setPost] = useState(posts[0]?.id ?? '');
  const [clearance, setClearance] = useState<ClearanceForm>({ level: lowestOf(policy), categories: [] });
  const [roles, setRoles] = useState<readonly string[]>(['MEMBER']);
  const [hours, setHours] = useState('72');
  const invite = useAct(
    (desk) =>
      desk.administration.invite({
        ...{ personName: personName.trim(), postId, clearance },
        ...{ roles: roles as Role[], validHours: Number(hours) },
      }),
    onDone,
  );
  return (
    <form
      className={`${styles['form'] ?? ''} ${styles['act'] ?? ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        invite.mutate(undefined);
      }}
    >
      <h2>{text('invite.do')}</h2>
      <Field label={text('person.name')} value={personName} onChange={setName} isRequired autoFocus />
      <Choice
        label={text('person.post')}
        value={postId}
        onChange={setPost}
        options={posts.map(({ id, name }) => ({ id, text: name }))}
      />
      <ClearanceFields policy={policy} clearance={clearance} onChange={setClearance} />
      <RoleList roles={roles} onChange={setRoles} />
      <Choice
        label={text('invite.valid')}
        value={hours}
        onChange={setHours}
        options={HOURS.map((count) => ({ id: String(count), text: text('invite.hours', { count: count / 24 }) }))}
      />
      <Failure error={invite.error} />
      <div className={styles['row']}>
        <Button type="submit" manner="main" isBusy={invite.isPending}>
          {text('invite.make')}
        </Button>
        <Button onPress={onClose}>{text('office.cancel')}</Button>
      </div>
    </form>
  );
}
