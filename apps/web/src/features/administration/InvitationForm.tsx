import { useState } from 'react';

import type { Role } from '#contracts';

import type { ClearanceForm, Letter } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import { Choice } from '../../ui/choice.js';
import { Field } from '../../ui/controls.js';
import { useAct } from './asking.js';
import { RoleList } from './AssignDialog.js';
import { lowestOf } from './ClearanceDialog.js';
import { ClearanceFields } from './ClearanceFields.js';
import { FormCard, WithGrounds } from './FormCard.js';
import type { Grounds } from './FormCard.js';

const HOURS = [24, 72, 168, 720] as const;

interface InvitationFormProps {
  readonly onDone: (letter: Letter) => void;
  readonly onClose: () => void;
}

/** Whom the ministry takes in, where, and what they may read there. */
export function InvitationForm(props: InvitationFormProps) {
  return <WithGrounds>{(grounds) => <Form {...props} {...grounds} />}</WithGrounds>;
}

function Form({ onDone, onClose, policy, posts }: InvitationFormProps & Grounds) {
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
    <FormCard title={text('invite.do')} verb={text('invite.make')} act={invite} onClose={onClose}>
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
    </FormCard>
  );
}
