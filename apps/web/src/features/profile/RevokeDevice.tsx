import { useState } from 'react';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Check } from '../../ui/check.js';
import { Button, Notice } from '../../ui/controls.js';
import { Dialog } from '../../ui/dialog.js';
import { useTask, useWords } from '../opening/task.js';
import type { OwnDevice } from './ownDevice.js';

interface RevokeDeviceProps {
  readonly device: OwnDevice;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** What will happen, before it does: it can't be undone. */
export function RevokeDevice({ device, isOpen, onClose }: RevokeDeviceProps) {
  const { desk } = useSession();
  const text = useText();
  const { trouble, isBusy, run } = useTask();
  const words = useWords(trouble, []);
  const [isLost, setLost] = useState(false);
  const revoke = (): void => {
    void run(async () => {
      await desk.trust.revokeDevice(device.id, isLost);
      onClose();
    });
  };
  const actions = (
    <>
      <Button onPress={onClose}>{text('devices.keep')}</Button>
      <Button manner="danger" isBusy={isBusy} onPress={revoke}>
        {text('devices.revokeDo')}
      </Button>
    </>
  );
  return (
    <Dialog
      role="alertdialog"
      title={text('devices.revokeTitle', { name: device.name })}
      isOpen={isOpen}
      onClose={onClose}
      actions={actions}
    >
      <p>{text(device.own ? 'devices.revokeOwn' : 'devices.revokeWhy')}</p>
      <p>{text('devices.revokeKeys')}</p>
      <Check
        label={text('devices.lost')}
        description={text('devices.lostHelp')}
        isSelected={isLost}
        onChange={setLost}
      />
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
    </Dialog>
  );
}
