import { useState } from 'react';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Field } from '../../ui/controls.js';
import { Dialog } from '../../ui/dialog.js';
import { useTask, useWords } from '../opening/task.js';
import type { OwnDevice } from './ownDevice.js';

interface DeviceQuestionProps {
  readonly device: OwnDevice;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function RenameDevice({ device, isOpen, onClose }: DeviceQuestionProps) {
  const { desk } = useSession();
  const text = useText();
  const { trouble, isBusy, run } = useTask();
  const words = useWords(trouble, []);
  const [name, setName] = useState(device.name);
  const rename = (): void => {
    void run(async () => {
      await desk.trust.renameDevice(device.id, name);
      onClose();
    });
  };
  const actions = (
    <Button manner="main" isBusy={isBusy} onPress={rename}>
      {text('devices.rename')}
    </Button>
  );
  return (
    <Dialog title={text('devices.renameTitle')} isOpen={isOpen} onClose={onClose} actions={actions}>
      <Field label={text('opening.enrol.device')} value={name} onChange={setName} error={words.whole} autoFocus />
    </Dialog>
  );
}
