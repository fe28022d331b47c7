import { useState } from 'react';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Field, Notice } from '../../ui/controls.js';
import { SecretField, useSecret } from '../../ui/secret.js';
import { makePasskey } from './passkeys.js';
import styles from './Opening.module.css';
import { useTask, useWords } from './task.js';

/** Lets an authenticator open the vault. The passphrase is asked for again: an open vault that somebody left is not enough. */
export function PasskeyForm({ onDone }: { readonly onDone: () => void }) {
  const text = useText();
  const [name, setName] = useState('');
  const secret = useSecret();
  const [isFilled, setFilled] = useState(false);
  const take = (): string => {
    setFilled(false);
    return secret.take();
  };
  const { isBusy, failure, words, add } = useAdding(name, take, onDone);
  return (
    <div className={styles['form']}>
      <Field
        label={text('passkey.name')}
        description={text('passkey.nameHelp')}
        value={name}
        onChange={setName}
        error={words.at('name')}
        autoComplete="off"
      />
      <SecretField
        label={text('opening.passphrase')}
        description={text('passkey.passphraseHelp')}
        secret={secret}
        onFilled={setFilled}
        error={words.at('passphrase')}
      />
      {failure !== undefined && <Notice>{failure}</Notice>}
      <Button manner="main" isBusy={isBusy} isDisabled={name === '' || !isFilled} onPress={add}>
        {text('passkey.add')}
      </Button>
    </div>
  );
}

/** The two things that may go wrong outside of the vault: no authenticator answered, or one that has no secret to give. */
type Mishap = 'passkey.declined' | 'passkey.unable';

function useAdding(name: string, takePassphrase: () => string, onDone: () => void) {
  const { desk } = useSession();
  const text = useText();
  const { trouble, isBusy, run } = useTask();
  const words = useWords(trouble, ['name', 'passphrase']);
  const [mishap, setMishap] = useState<Mishap>();
  const add = (): void => {
    void run(async () => {
      setMishap(undefined);
      const { personName } = await desk.opening.whoami();
      const made = await makePasskey(personName).catch(declined);
      if (typeof made !== 'object') {
        setMishap(made ?? 'passkey.unable');
        return;
      }
      const passkey = { salt: made.salt, name, addedAt: new Date().toISOString() };
      const adding = desk.trust.addPasskey(passkey, made.secret, takePassphrase());
      made.secret.prf.fill(0); // the call has its own copy
      await adding;
      onDone();
    });
  };
  return { isBusy, words, add, failure: mishap ? text(mishap) : words.whole };
}

function declined(error: unknown): Mishap {
  if (error instanceof DOMException) return 'passkey.declined';
  throw error;
}
