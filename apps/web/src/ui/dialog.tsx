import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

import { useText } from '../text/text.js';
import { Button } from './controls.js';
import styles from './dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  /** Escape, a press beside it, or the button that closes it. The focus goes back to where it was. */
  readonly onClose: () => void;
  readonly children: React.ReactNode;
  /** What can be done, the main thing last. */
  readonly actions?: React.ReactNode;
  /** `alertdialog`: the person has to decide; a press beside it does not close it. */
  readonly role?: 'dialog' | 'alertdialog';
}

/** One question above the screen, which waits meanwhile. */
export function Dialog({ title, isOpen, onClose, children, actions, role = 'dialog' }: DialogProps) {
  const text = useText();
  return (
    <ModalOverlay
      isOpen={isOpen}
      isDismissable={role === 'dialog'}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      className={styles['overlay'] ?? ''}
    >
      <Modal className={styles['modal'] ?? ''}>
        <AriaDialog role={role} className={styles['dialog'] ?? ''}>
          <header className={styles['head']}>
            <Heading slot="title" level={2} dir="auto">
              {title}
            </Heading>
            {role === 'dialog' && (
              <Button aria-label={text('ui.close')} onPress={onClose} manner="quiet">
                <span aria-hidden="true">✕</span>
              </Button>
            )}
          </header>
          <div className={styles['body']}>{children}</div>
          {actions !== undefined && <footer className={styles['actions']}>{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
