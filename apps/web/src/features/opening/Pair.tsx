import { useState } from 'react';
import { Link } from 'wouter';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Notice } from '../../ui/controls.js';
import type { Desk } from '../../worker/protocol.js';
import { QrCode } from '../people/QrCode.js';
import { Comparison } from './Comparison.js';
import { DeviceName } from './Enrol.js';
import styles from './Opening.module.css';
import { PassphraseField } from './PassphraseField.js';
import { Sheet } from './Sheet.js';
import { useLooking, useTask, useWords } from './task.js';

const LOOK_MS = 1500;

type Offer = Awaited<ReturnType<Desk['opening']['offerPairing']>>;
type Check = NonNullable<Awaited<ReturnType<Desk['opening']['pairingCheck']>>>;

/** On a new device: its name, the code for the other one, the comparison. */
export default function Pair() {
  const [passphrase, setPassphrase] = useState('');
  const [offer, setOffer] = useState<Offer>();
  const [check, setCheck] = useState<Check>();
  const restart = (): void => {
    setOffer(undefined);
    setCheck(undefined);
  };
  if (check) return <Compare check={check} passphrase={passphrase} onGivenUp={restart} />;
  if (offer) return <ShowCode offer={offer} onAnswered={setCheck} onGivenUp={restart} />;
  return <NameDevice passphrase={passphrase} onChange={setPassphrase} onOffered={setOffer} />;
}

interface NameDeviceProps {
  readonly passphrase: string;
  readonly onChange: (passphrase: string) => void;
  readonly onOffered: (offer: Offer) => void;
}

function NameDevice({ passphrase, onChange, onOffered }: NameDeviceProps) {
  const { desk } = useSession();
  const text = useText();
  const { trouble, isBusy, run } = useTask();
  const words = useWords(trouble, ['device', 'passphrase']);
  const [deviceName, setDeviceName] = useState('');
  const [isWeak, setWeak] = useState(false);
  const offer = (): Promise<void> =>
    run(async () => {
      const { isEnough } = await desk.opening.strength(passphrase, []);
      setWeak(!isEnough);
      if (isEnough) onOffered(await desk.opening.offerPairing(deviceName));
    });
  return (
    <Sheet title={text('opening.pair.title')} why={text('opening.pair.why')} step={[1, 3]} onSubmit={offer}>
      <DeviceName value={deviceName} onChange={setDeviceName} error={words.at('device')} />
      <PassphraseField
        value={passphrase}
        onChange={onChange}
        error={isWeak ? text('trouble.PASSPHRASE_WEAK') : undefined}
      />
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      <Button type="submit" manner="main" isBusy={isBusy}>
        {text('opening.pair.code')}
      </Button>
      <p className={styles['others']}>
        <Link to="/enrol">{text('opening.enrol.offer')}</Link>
        <Link to="/recover">{text('opening.recover.offer')}</Link>
      </p>
    </Sheet>
  );
}

interface ShowCodeProps {
  readonly offer: Offer;
  readonly onAnswered: (check: Check) => void;
  readonly onGivenUp: () => void;
}

function ShowCode({ offer: { code, text: scanned }, onAnswered, onGivenUp }: ShowCodeProps) {
  const { desk } = useSession();
  const text = useText();
  const task = useTask();
  const words = useWords(task.trouble, []);
  useLooking(task, true, LOOK_MS, async () => {
    const check = await desk.opening.pairingCheck();
    if (check) onAnswered(check);
  });
  return (
    <Sheet title={text('opening.pair.codeTitle')} why={text('opening.pair.codeWhy')} step={[2, 3]}>
      <QrCode text={scanned} label={text('opening.pair.qr')} />
      <output className={styles['code']} dir="ltr" aria-label={text('opening.pair.codeLabel')}>
        {code}
      </output>
      {words.whole === undefined ? (
        <p role="status" className={styles['why']}>
          {text('opening.pair.waiting')}
        </p>
      ) : (
        <Notice>{words.whole}</Notice>
      )}
      <Button
        onPress={() => {
          void desk.opening.refusePairing().finally(onGivenUp);
        }}
      >
        {text('opening.again')}
      </Button>
    </Sheet>
  );
}

interface CompareProps {
  readonly check: Check;
  readonly passphrase: string;
  readonly onGivenUp: () => void;
}

function Compare({ check, passphrase, onGivenUp }: CompareProps) {
  const { desk } = useSession();
  const text = useText();
  const task = useTask();
  const words = useWords(task.trouble, []);
  const [isSame, setSame] = useState(false);
  useLooking(task, isSame, LOOK_MS, async () => {
    await desk.opening.installPairing(passphrase);
  });
  const { personName: person, ministryName: ministry } = check;
  return (
    <Sheet
      title={text('opening.pair.compareTitle')}
      why={text('opening.pair.compareWhy', { person, ministry })}
      step={[3, 3]}
    >
      <Comparison check={check} />
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      {isSame && words.whole === undefined && (
        <p role="status" className={styles['why']}>
          {text('opening.pair.approving')}
        </p>
      )}
      {!isSame && (
        <Button
          manner="main"
          onPress={() => {
            setSame(true);
          }}
        >
          {text('opening.pair.same')}
        </Button>
      )}
      <Button
        manner="danger"
        onPress={() => {
          void desk.opening.refusePairing().finally(onGivenUp);
        }}
      >
        {text('opening.pair.differ')}
      </Button>
    </Sheet>
  );
}
