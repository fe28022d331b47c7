import { useState } from 'react';

import type { Role } from '#contracts';

import type { PersonFile } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import { CheckList } from '../../ui/check.js';
import { Choice } from '../../ui/choice.js';
import { Field } from '../../ui/controls.js';
import { DayField } from '../../ui/day.js';
import styles from './Administration.module.css';
import { useAct, useAsked } from './asking.js';
import { AskDialog } from './parts.js';
import { useTerm } from './words.js';

const ROLES: readonly Role[] = ['MEMBER', 'PLANNER', 'REGISTRAR', 'SECURITY_OFFICER', 'AUDITOR'];

/** Where somebody serves and what they are called and may do there, in place of what was said before. */
export function AssignDialog({ person, onClose }: { readonly person: PersonFile; readonly onClose: () => void }) {
  const text = useText();
  const [postId, setPost] = useState(person.postId);
  const [title, setTitle] = useState(person.title ?? '');
  const [roles, setRoles] = useState<readonly string[]>(person.roles);
  const [until, setUntil] = useState(person.rolesUntil ?? null);
  const posts = useAsked(['posts'], (desk) => desk.administration.posts());
  const assignment = { postId, title, roles: roles as Role[], until };
  const assign = useAct((desk) => desk.administration.assign(person.id, assignment), onClose);
  return (
    <AskDialog
      title={text('assign.title', { person: person.name })}
      isOpen
      onClose={onClose}
      verb={text('office.sign')}
      onDone={() => {
        assign.mutate(undefined);
      }}
      isBusy={assign.isPending}
      error={assign.error}
    >
      <p className={styles['quiet']}>{text('assign.about')}</p>
      <Choice
        label={text('person.post')}
        value={postId}
        onChange={setPost}
        options={(posts.data ?? []).map(({ id, name }) => ({ id, text: name }))}
      />
      <Field
        label={text('person.title')}
        description={text('person.titleWhy')}
        value={title}
        onChange={setTitle}
        maxLength={200}
        dir="auto"
      />
      <RoleList roles={roles} onChange={setRoles} />
      <DayField
        label={text('assign.until')}
        description={text('clear.untilAbout')}
        value={until?.slice(0, 10) ?? ''}
        onChange={(day) => {
          setUntil(day === '' ? null : `${day}T00:00:00.000Z`);
        }}
      />
      {postId !== person.postId && <p className={styles['warning']}>{text('assign.papers')}</p>}
    </AskDialog>
  );
}

export function RoleList({
  roles,
  onChange,
}: {
  readonly roles: readonly string[];
  readonly onChange: (roles: string[]) => void;
}) {
  const text = useText();
  const term = useTerm();
  return (
    <CheckList
      label={text('person.roles')}
      options={ROLES.map((id) => ({ id, text: term('role', id) }))}
      chosen={roles}
      onChange={onChange}
    />
  );
}
