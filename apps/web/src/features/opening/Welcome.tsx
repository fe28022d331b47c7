import { useEffect, useState } from 'react';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import type { Arrival } from '../../worker/opening/protocol.js';
import { PasskeyForm } from './PasskeyForm.js';
import { arePasskeysPossible } from './passkeys.js';
import { RecoveryCode } from './RecoveryCode.js';
import { RootKey } from './RootKey.js';
import { Sheet } from './Sheet.js';

/**
 * What a newcomer is offered once: a way back without any device, and a shorter way in. Who puts it off finds both in the profile. What a
 * founder has to keep before cannot be put off.
 */
export default function Welcome({ arrival }: { readonly arrival: Arrival }) {
  const { desk } = useSession();
  const [isCodeDone, setCodeDone] = useState(arrival === 'paired'); // the person has a code already
  const isOver = isCodeDone && !arePasskeysPossible();
  useEffect(() => {
    if (isOver) void desk.opening.settleIn();
  }, [desk, isOver]);
  if (arrival === 'founded') return <RootKey />;
  if (isOver) return null;
  if (isCodeDone) return <OfferPasskey onDone={() => void desk.opening.settleIn()} />;
  return (
    <OfferCode
      onDone={() => {
        setCodeDone(true);
      }}
    />
  );
}

function OfferCode({ onDone }: { readonly onDone: () => void }) {
  const text = useText();
  return (
    <Sheet title={text('recovery.title')} why={text('recovery.why')}>
      <RecoveryCode onDone={onDone} />
      <Button manner="quiet" onPress={onDone}>
        {text('opening.later')}
      </Button>
    </Sheet>
  );
}

function OfferPasskey({ onDone }: { readonly onDone: () => void }) {
  const text = useText();
  return (
    <Sheet title={text('passkey.title')} why={text('passkey.why')}>
      <PasskeyForm onDone={onDone} />
      <Button manner="quiet" onPress={onDone}>
        {text('opening.later')}
      </Button>
    </Sheet>
  );
}
