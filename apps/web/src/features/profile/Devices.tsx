import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Failure, Skeleton } from '../../ui/states.js';
import { When } from '../../ui/when.js';
import { TrustMark } from '../../ui/trust.js';
import type { OwnDevice } from './ownDevice.js';
import styles from './Profile.module.css';
import { RenameDevice } from './RenameDevice.js';
import { RevokeDevice } from './RevokeDevice.js';

const KEY = ['people', 'devices'];

/** The person's own devices: those in use first, each with when it was last seen. */
export function Devices() {
  const { desk } = useSession();
  const text = useText();
  const [, go] = useLocation();
  const { data: devices, error, refetch } = useQuery({ queryKey: KEY, queryFn: () => desk.trust.devices() });
  const inOrder = devices?.toSorted((a, b) => Number(a.revoked) - Number(b.revoked) || Number(b.own) - Number(a.own));
  return (
    <section className={styles['section']} aria-labelledby="devices">
      <header className={styles['head']}>
        <h2 id="devices">{text('devices.title')}</h2>
        <Button
          onPress={() => {
            go('/profile/add');
          }}
        >
          {text('devices.add')}
        </Button>
      </header>
      <Failure error={error} retry={() => void refetch()} />
      {!devices && !error && <Skeleton rows={2} />}
      <ul className={styles['rows']}>
        {inOrder?.map((device) => (
          <Device key={device.id} device={device} />
        ))}
      </ul>
    </section>
  );
}

function Device({ device }: { readonly device: OwnDevice }) {
  const text = useText();
  const queries = useQueryClient();
  const [asked, ask] = useState<'rename' | 'revoke'>();
  const close = (): void => {
    ask(undefined);
    void queries.invalidateQueries({ queryKey: KEY });
  };
  return (
    <li className={styles['row']}>
      <div className={styles['what']}>
        <strong dir="auto">{device.name}</strong>
        <span className={styles['quiet']}>
          <Seen device={device} />
        </span>
      </div>
      {device.revoked ? (
        <TrustMark state="revoked" />
      ) : (
        <div className={styles['acts']}>
          <Button
            aria-label={text('devices.renameThis', { name: device.name })}
            onPress={() => {
              ask('rename');
            }}
          >
            {text('devices.rename')}
          </Button>
          <Button
            manner="danger"
            aria-label={text('devices.revokeThis', { name: device.name })}
            onPress={() => {
              ask('revoke');
            }}
          >
            {text('devices.revoke')}
          </Button>
        </div>
      )}
      <RenameDevice device={device} isOpen={asked === 'rename'} onClose={close} />
      <RevokeDevice device={device} isOpen={asked === 'revoke'} onClose={close} />
    </li>
  );
}

function Seen({ device: { own, addedAt, lastSeen } }: { readonly device: OwnDevice }) {
  const text = useText();
  if (own) return text('devices.own');
  return (
    <>
      {text('devices.added')} <When time={addedAt} style="date" />
      {lastSeen !== undefined && (
        <>
          {' · '}
          {text('devices.seen')} <When time={lastSeen} />
        </>
      )}
    </>
  );
}
