import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Notice } from '../../ui/controls.js';
import { SecretField, useSecret } from '../../ui/secret.js';
import { arePasskeysPossible, askPasskey } from './passkeys.js';
import { Sheet } from './Sheet.js';
import { useTask, useWords } from './task.js';

/** A vault that somebody has closed: the passphrase opens it, and a passkey where there is one. */
export function Unlock() {
  const { desk } = useSession();
  const text = useText();
  const { trouble, isBusy, run } = useTask();
  const words = useWords(trouble, ['passphrase']);
  const secret = useSecret();
  const passkey = usePasskeyDoor();
  const unlock = (): Promise<void> => {
    passkey.giveUp();
    return run(() => desk.opening.unlock(secret.take()));
  };
  return (
    <Sheet title={text('opening.unlock.title')} why={text('opening.unlock.why')} onSubmit={unlock}>
      {passkey.isThere && (
        <Button manner="main" onPress={passkey.open}>
          {text('opening.unlock.passkey')}
        </Button>
      )}
      {passkey.trouble !== undefined && <Notice>{passkey.trouble}</Notice>}
      <SecretField label={text('opening.passphrase')} secret={secret} error={words.at('passphrase')} autoFocus />
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      <Button type="submit" manner={passkey.isThere ? 'plain' : 'main'} isBusy={isBusy}>
        {text('opening.unlock.do')}
      </Button>
    </Sheet>
  );
}

/** The way in by a passkey; the passphrase can be typed while an authenticator is waited for, and then nobody waits for it any more. */
function usePasskeyDoor() {
  const { desk } = useSession();
  const text = useText();
  const task = useTask();
  const words = useWords(task.trouble, []);
  const [isRefused, setRefused] = useState(false);
  const waiting = useRef<AbortController>(null);
  const { data: passkeys = [] } = useQuery({ queryKey: ['passkeys'], queryFn: () => desk.opening.passkeys() });
  const giveUp = (): void => waiting.current?.abort();
  useEffect(() => giveUp, []);
  const open = (): void => {
    void task.run(async () => {
      setRefused(false);
      waiting.current = new AbortController();
      const secret = await askPasskey(passkeys, waiting.current.signal).catch(refusalOf);
      if (secret === 'given up') return;
      if (!secret) {
        setRefused(true);
        return;
      }
      const opening = desk.opening.unlockByPasskey(secret);
      secret.prf.fill(0); // the call has its own copy
      await opening;
    });
  };
  const isThere = arePasskeysPossible() && passkeys.length > 0;
  return { isThere, open, giveUp, trouble: isRefused ? text('trouble.WRONG_PASSKEY') : words.whole };
}

function refusalOf(error: unknown): 'given up' | undefined {
  if (!(error instanceof DOMException)) throw error;
  return error.name === 'AbortError' ? 'given up' : undefined;
}
