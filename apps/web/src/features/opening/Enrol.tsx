import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Field, Notice } from '../../ui/controls.js';
import { Skeleton } from '../../ui/states.js';
import type { Desk } from '../../worker/protocol.js';
import { useDemonstration } from './demonstration.js';
import type { Ready } from './demonstration.js';
import { useFounded } from './founded.js';
import { offered } from './offered.js';
import styles from './Opening.module.css';
import { PassphraseField } from './PassphraseField.js';
import { Sheet } from './Sheet.js';
import { useTask, useWords } from './task.js';

type Invitation = Awaited<ReturnType<Desk['opening']['readLink']>>;

/** Three steps: the link, this device, the wait for the officer (`Waiting`). */
export function Enrol() {
  const [link, setLink] = useState(offered.link);
  const [invitation, setInvitation] = useState<Invitation>();
  const ready = useDemonstration();
  if (invitation) return <OwnDevice key={ready?.passphrase} link={link} invitation={invitation} ready={ready} />;
  return <OfferLink link={link} onChange={setLink} onRead={setInvitation} />;
}

interface OfferLinkProps {
  readonly link: string;
  readonly onChange: (link: string) => void;
  readonly onRead: (invitation: Invitation) => void;
}

function OfferLink({ link, onChange, onRead }: OfferLinkProps) {
  const { desk } = useSession();
  const text = useText();
  const { trouble, isBusy, run } = useTask();
  const words = useWords(trouble, ['link']);
  const read = (): Promise<void> =>
    run(async () => {
      onRead(await desk.opening.readLink(link.trim()));
    });
  const [isFollowed, setFollowed] = useState(offered.link !== '');
  useOnce(isFollowed, async () => {
    await read();
    setFollowed(false);
  });
  const isFounded = useFounded(offered.link === '');
  const sheet = { title: text('opening.enrol.title'), why: text('opening.enrol.why'), step: [1, 3] as const };
  if (isFollowed) {
    return (
      <Sheet {...sheet}>
        <Skeleton rows={3} />
      </Sheet>
    );
  }
  return (
    <Sheet {...sheet} onSubmit={read}>
      {isFounded === false && (
        <p className={styles['ready']}>
          {text('opening.found.none')} <Link to="/found">{text('opening.found.offer')}</Link>
        </p>
      )}
      <Field label={text('opening.enrol.link')} value={link} onChange={onChange} error={words.at('link')} isRequired />
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      <Button type="submit" manner="main" isBusy={isBusy}>
        {text('opening.next')}
      </Button>
      <p className={styles['others']}>
        <Link to="/pair">{text('opening.pair.offer')}</Link>
        <Link to="/recover">{text('opening.recover.offer')}</Link>
      </p>
    </Sheet>
  );
}

/** Whoever followed a link need not press anything for it to be read. */
function useOnce(isWanted: boolean, work: () => Promise<void>): void {
  const isDone = useRef(false);
  useEffect(() => {
    if (!isWanted || isDone.current) return;
    isDone.current = true;
    void work();
  });
}

interface OwnDeviceProps {
  readonly link: string;
  readonly invitation: Invitation;
  /** In a demonstration. */
  readonly ready: Ready | undefined;
}

function OwnDevice({ link, invitation, ready }: OwnDeviceProps) {
  const { desk } = useSession();
  const text = useText();
  const { trouble, isBusy, run } = useTask();
  const words = useWords(trouble, ['deviceName', 'passphrase']);
  const [deviceName, setDeviceName] = useState(ready?.deviceName ?? '');
  const [passphrase, setPassphrase] = useState(ready?.passphrase ?? '');
  const { personName: person, ministryName: ministry } = invitation;
  const [personal] = useState([person, ministry]);
  const enrol = (): Promise<void> =>
    run(async () => {
      await desk.opening.enrol({ link: link.trim(), deviceName, passphrase });
    });
  return (
    <Sheet
      title={text('opening.device.title')}
      why={text('opening.device.why', { person, ministry })}
      step={[2, 3]}
      onSubmit={enrol}
    >
      {ready && <p className={styles['ready']}>{text('opening.demonstration', { passphrase: ready.passphrase })}</p>}
      <DeviceName value={deviceName} onChange={setDeviceName} error={words.at('deviceName')} />
      <PassphraseField value={passphrase} onChange={setPassphrase} error={words.at('passphrase')} personal={personal} />
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      <Button type="submit" manner="main" isBusy={isBusy}>
        {text('opening.enrol.do')}
      </Button>
    </Sheet>
  );
}

interface DeviceNameProps {
  readonly value: string;
  readonly onChange: (name: string) => void;
  readonly error: string | undefined;
}

export function DeviceName(props: DeviceNameProps) {
  const text = useText();
  return (
    <Field
      label={text('opening.enrol.device')}
      description={text('opening.enrol.deviceHelp')}
      autoComplete="off"
      {...props}
      isRequired
    />
  );
}
