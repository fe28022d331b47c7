import { useMutation } from '@tanstack/react-query';
import { Form } from 'react-aria-components';

import { Button } from '../../ui/controls.js';
import { Dialog } from '../../ui/dialog.js';
import { StartOver } from '../../ui/startOver.js';
import type { Started } from '../../ui/startOver.js';
import { Failure } from '../../ui/states.js';
import forms from './forms.module.css';

interface ActProps {
  readonly title: string;
  /** What the button says that does it. */
  readonly act: string;
  readonly isReady?: boolean;
  readonly run: () => Promise<unknown>;
  readonly onClose: () => void;
  /** What was filled in, where that outlives the question. */
  readonly begun?: Started;
  readonly children?: React.ReactNode;
}

/** A question with one act: done, it closes; refused or left, it keeps what was filled in. */
export function Act({ title, act, isReady = true, run, onClose, begun, children }: ActProps) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: run,
    onSuccess: () => {
      begun?.forget();
      onClose();
    },
  });
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
        {begun && <StartOver begun={begun} />}
      </Form>
    </Dialog>
  );
}
