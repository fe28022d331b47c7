import { useState } from 'react';
import { Link } from 'wouter';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Field, Notice } from '../../ui/controls.js';
import { DeviceName } from './Enrol.js';
import styles from './Opening.module.css';
import { PassphraseField } from './PassphraseField.js';
import { Sheet } from './Sheet.js';
import { useTask, useWords } from './task.js';

/** Without any device: the printed code, and then an officer (`Returning`). */
export default function Recover() {
  const { desk } = useSession();
  const text = useText();
  const { trouble, isBusy, run } = useTask();
  const words = useWords(trouble, ['code', 'device', 'passphrase']);
  const [code, setCode] = useState('');
  const [deviceName, setDeviceName] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const comeBack = (): Promise<void> => run(() => desk.opening.comeBack({ code, deviceName, passphrase }));
  return (
    <Sheet title={text('opening.recover.title')} why={text('opening.recover.why')} step={[1, 2]} onSubmit={comeBack}>
      <Field
        label={text('opening.recover.code')}
        description={text('opening.recover.codeHelp')}
        value={code}
        onChange={setCode}
        error={words.at('code')}
        autoComplete="off"
        spellCheck="false"
        isRequired
      />
      <DeviceName value={deviceName} onChange={setDeviceName} error={words.at('device')} />
      <PassphraseField value={passphrase} onChange={setPassphrase} error={words.at('passphrase')} />
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      <Button type="submit" manner="main" isBusy={isBusy}>
        {text('opening.recover.do')}
      </Button>
      <p className={styles['others']}>
        <Link to="/enrol">{text('opening.enrol.offer')}</Link>
        <Link to="/pair">{text('opening.pair.offer')}</Link>
      </p>
    </Sheet>
  );
}
