import type { Role } from '#contracts';

import type { ClearanceForm, Letter } from '../../worker/administration/protocol.js';
import { useBegun } from '../../app/begun.js';
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

interface Beginning {
  readonly personName: string;
  readonly postId: string;
  readonly title: string;
  readonly clearance: ClearanceForm;
  readonly roles: readonly string[];
  readonly hours: string;
}

const beginning = (policy: Grounds['policy'], posts: Grounds['posts']): Beginning => ({
  ...{ personName: '', title: '', postId: posts[0]?.id ?? '', roles: ['MEMBER'], hours: '72' },
  clearance: { level: lowestOf(policy), categories: [] },
});

function Form({ onDone, onClose, policy, posts }: InvitationFormProps & Grounds) {
  const text = useText();
  const begun = useBegun('invitation', beginning(policy, posts));
  const { personName, title, postId, clearance, roles, hours } = begun.form;
  const invite = useAct(
    (desk) =>
      desk.administration.invite({
        ...{ personName: personName.trim(), title: title.trim(), postId, clearance },
        ...{ roles: roles as Role[], validHours: Number(hours) },
      }),
    (letter) => {
      begun.forget();
      onDone(letter);
    },
  );
  return (
    <FormCard title={text('invite.do')} verb={text('invite.make')} act={invite} onClose={onClose} begun={begun}>
      <Field label={text('person.name')} value={personName} onChange={begun.set('personName')} isRequired autoFocus />
      <Choice
        label={text('person.post')}
        value={postId}
        onChange={begun.set('postId')}
        options={posts.map(({ id, name }) => ({ id, text: name }))}
      />
      <Field
        label={text('person.title')}
        description={text('person.titleWhy')}
        value={title}
        onChange={begun.set('title')}
        maxLength={200}
        dir="auto"
      />
      <ClearanceFields policy={policy} clearance={clearance} onChange={begun.set('clearance')} />
      <RoleList roles={roles} onChange={begun.set('roles')} />
      <Choice
        label={text('invite.valid')}
        value={hours}
        onChange={begun.set('hours')}
        options={HOURS.map((count) => ({ id: String(count), text: text('invite.hours', { count: count / 24 }) }))}
      />
    </FormCard>
  );
}
