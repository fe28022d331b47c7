import { useState } from 'react';

import type { PersonFile } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import { AreaField } from '../../ui/area.js';
import { useToast } from '../../ui/toast.js';
import styles from './Administration.module.css';
import { useAct, useAsked } from './asking.js';
import { AskDialog, Code } from './parts.js';

/** For somebody whose identity key is lost or in wrong hands: a link for a new device, then what that device has shown. */
export function IdentityDialog({ person, onClose }: { readonly person: PersonFile; readonly onClose: () => void }) {
  const text = useText();
  const tell = useToast();
  const [request, setRequest] = useState('');
  const { data: link } = useAsked(['identityLink', person.id], (desk) => desk.administration.identityLink(person.id));
  const rotate = useAct(
    (desk) => desk.administration.rotateIdentity(person.id, request),
    () => {
      tell(text('approvals.proposed'));
      onClose();
    },
  );
  return (
    <AskDialog
      title={text('identity.title', { person: person.name })}
      isOpen
      onClose={onClose}
      verb={text('approvals.propose')}
      onDone={() => {
        rotate.mutate(undefined);
      }}
      isBusy={rotate.isPending}
      error={rotate.error}
    >
      <p>{text('identity.first')}</p>
      {link !== undefined && <Code>{link}</Code>}
      <AreaField label={text('identity.request')} value={request} onChange={setRequest} rows={3} />
      <p className={styles['warning']}>{text('identity.compare')}</p>
    </AskDialog>
  );
}
