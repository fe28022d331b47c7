import { useMutation } from '@tanstack/react-query';
import { Form } from 'react-aria-components';

import { Button } from '../../ui/controls.js';
import { Dialog } from '../../ui/dialog.js';
import { Failure } from '../../ui/states.js';
import forms from './forms.module.css';

interface ActProps {
  readonly title: string;
  /** What the button says that does it. */
  readonly act: string;
  readonly isReady?: boolean;
  readonly run: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children?: React.ReactNode;
}

/** A question with one act: done, it closes; refused, it says why and keeps what was filled in. */
export function Act({ title, act, isReady = true, run, onClose, children }: ActProps) {
  const { mutate, isPending, error } = useMutation({ mutationFn: run, onSuccess: onClose });
  return (
    <Dialog isOpen title={title} onClose={onClose}>
      <Form
        className={forms['form'] ?? ''}
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isPending) mutate();
        }}
      >
        {children}
        <Failure error={error} />
        <Button type="submit" manner="main" isBusy={isPending} isDisabled={!isReady}>
          {act}
        </Button>
      </Form>
    </Dialog>
  );
}
