import { useState } from 'react';

import type { FiledDevice, PersonFile } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Empty } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { When } from '../../ui/when.js';
import { useAsked } from './asking.js';
import { RevokeDevice } from './RevokeDialogs.js';

/** The devices of a person; those in use can be revoked. */
export function PersonDevices({ person }: { readonly person: PersonFile }) {
  const text = useText();
  const { data: standing } = useAsked(['standing'], (desk) => desk.administration.standing());
  const [revoking, setRevoking] = useState<FiledDevice>();
  const mayRevoke = standing?.powers.includes('revoke') ?? false;
  const cell = (device: FiledDevice, column: string): React.ReactNode => {
    if (column === 'name') return <bdi>{device.name}</bdi>;
    if (column === 'state') return text(device.revoked ? 'person.revoked' : 'device.inUse');
    if (column === 'seen') return device.seenAt === undefined ? text('device.unseen') : <When time={device.seenAt} />;
    if (device.revoked || !mayRevoke) return null;
    return (
      <Button
        manner="danger"
        aria-label={text('revoke.deviceNamed', { device: device.name })}
        onPress={() => {
          setRevoking(device);
        }}
      >
        {text('revoke.do')}
      </Button>
    );
  };
  return (
    <>
      <Table
        label={text('person.deviceList')}
        columns={[
          { id: 'name', text: text('device.name'), isRowHeader: true },
          { id: 'state', text: text('office.state') },
          { id: 'seen', text: text('device.seen') },
          { id: 'do', text: text('office.do') },
        ]}
        rows={person.deviceList}
        rowId={({ id }) => id}
        cell={cell}
        empty={<Empty title={text('device.none')} />}
      />
      {revoking && (
        <RevokeDevice
          device={revoking}
          person={person}
          onClose={() => {
            setRevoking(undefined);
          }}
        />
      )}
    </>
  );
}
