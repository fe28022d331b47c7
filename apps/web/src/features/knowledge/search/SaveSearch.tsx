import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Check } from '../../../ui/check.js';
import { Button, Field } from '../../../ui/controls.js';
import { Dialog } from '../../../ui/dialog.js';
import { Failure } from '../../../ui/states.js';
import { useToast } from '../../../ui/toast.js';
import { asSearch } from './asked.js';
import type { Asked } from './asked.js';
import forms from '../forms.module.css';

/** Keeps a question under a name; with a notice when something new answers it. */
export function SaveSearch({ asked, onClose }: { readonly asked: Asked; readonly onClose: () => void }) {
  const { desk } = useSession();
  const text = useText();
  const toast = useToast();
  const client = useQueryClient();
  const [id] = useState(() => crypto.randomUUID());
  const [name, setName] = useState(asked.query);
  const [alerts, setAlerts] = useState(true);
  const save = useMutation({
    mutationFn: () => desk.knowledge.saveSearch({ id, name: name.trim(), search: asSearch(asked), alerts }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['knowledge', 'list', 'searches'] });
      toast(text('search.kept', { name }));
      onClose();
    },
  });
  return (
    <Dialog isOpen title={text('search.keep')} onClose={onClose}>
      <Form
        className={forms['form'] ?? ''}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Field label={text('search.keep.name')} value={name} onChange={setName} isRequired autoFocus />
        <Check
          label={text('search.keep.alerts')}
          description={text('search.keep.alerts.help')}
          isSelected={alerts}
          onChange={setAlerts}
        />
        <Failure error={save.error} />
        <Button type="submit" manner="main" isBusy={save.isPending}>
          {text('search.keep.do')}
        </Button>
      </Form>
    </Dialog>
  );
}
