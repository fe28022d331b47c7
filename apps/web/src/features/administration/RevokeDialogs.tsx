import { useState } from 'react';

import type { RevocationReason } from '#client';

import type { FiledDevice, PersonFile } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import { Choice } from '../../ui/choice.js';
import { useToast } from '../../ui/toast.js';
import { useAct, useAsked } from './asking.js';
import { Confirm } from './parts.js';
import { useTerm } from './words.js';

const REASONS: readonly RevocationReason[] = ['COMPROMISED', 'LOST', 'STOLEN', 'RETIRED', 'WITHDRAWN'];

export function ReasonChoice({
  reason,
  onChange,
}: {
  readonly reason: RevocationReason;
  readonly onChange: (reason: RevocationReason) => void;
}) {
  const text = useText();
  const term = useTerm();
  return (
    <Choice
      label={text('revoke.reason')}
      value={reason}
      onChange={(id) => {
        onChange(id as RevocationReason);
      }}
      options={REASONS.map((id) => ({ id, text: term('reason', id) }))}
    />
  );
}

/** What it touches, in one sentence; still being counted while it is empty. */
function useTouched(deviceIds: readonly string[]): string {
  const text = useText();
  const { data } = useAsked(['touched', ...deviceIds], (desk) => desk.administration.touchedBy(deviceIds));
  if (!data) return text('revoke.counting');
  const { conversations, others, devices } = data;
  return text('revoke.touches', { conversations, others, devices });
}

interface RevokeDeviceProps {
  readonly device: FiledDevice;
  readonly person: PersonFile;
  readonly onClose: () => void;
}

export function RevokeDevice({ device, person, onClose }: RevokeDeviceProps) {
  const text = useText();
  const tell = useToast();
  const [reason, setReason] = useState<RevocationReason>('LOST');
  const touched = useTouched([device.id]);
  const revoke = useAct(
    (desk) => desk.administration.revokeDevice(device.id, reason),
    () => {
      tell(text('revoke.deviceDone', { device: device.name }));
      onClose();
    },
  );
  return (
    <Confirm
      title={text('revoke.deviceOf', { device: device.name, person: person.name })}
      isOpen
      onClose={onClose}
      verb={text('revoke.deviceDo')}
      onConfirm={() => {
        revoke.mutate(undefined);
      }}
      isBusy={revoke.isPending}
      error={revoke.error}
      happens={[text('revoke.refused'), touched, ...(device.own ? [text('revoke.own')] : [])]}
      forGood={[text('revoke.never'), text('revoke.held')]}
    >
      <ReasonChoice reason={reason} onChange={setReason} />
    </Confirm>
  );
}

export function RevokePerson({ person, onClose }: { readonly person: PersonFile; readonly onClose: () => void }) {
  const text = useText();
  const tell = useToast();
  const [reason, setReason] = useState<RevocationReason>('COMPROMISED');
  const inUse = person.deviceList.filter(({ revoked }) => !revoked);
  const touched = useTouched(inUse.map(({ id }) => id));
  const revoke = useAct(
    (desk) => desk.administration.revokePerson(person.id, reason),
    ({ done }) => {
      tell(text(done ? 'revoke.personDone' : 'approvals.proposed', { person: person.name }));
      onClose();
    },
  );
  return (
    <Confirm
      title={text('revoke.personNamed', { person: person.name })}
      isOpen
      onClose={onClose}
      verb={text('revoke.personDo')}
      onConfirm={() => {
        revoke.mutate(undefined);
      }}
      isBusy={revoke.isPending}
      error={revoke.error}
      happens={[text('revoke.allDevices', { count: inUse.length }), touched, text('revoke.second')]}
      forGood={[text('revoke.personNever'), text('revoke.held')]}
    >
      <ReasonChoice reason={reason} onChange={setReason} />
    </Confirm>
  );
}
