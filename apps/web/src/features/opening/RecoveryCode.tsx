import { useState } from 'react';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Field, Notice } from '../../ui/controls.js';
import styles from './Opening.module.css';
import { RecoverySheet } from './RecoverySheet.js';
import { useTask, useWords } from './task.js';

/** Makes a code, shows it for the printer, and lets it go when two of its groups were read from the paper. */
export function RecoveryCode({ onDone }: { readonly onDone: () => void }) {
  const [code, setCode] = useState<string>();
  if (code === undefined) return <Make onMade={setCode} />;
  return <Keep code={code} onDone={onDone} />;
}

function Make({ onMade }: { readonly onMade: (code: string) => void }) {
  const { desk } = useSession();
  const text = useText();
  const { trouble, isBusy, run } = useTask();
  const words = useWords(trouble, []);
  return (
    <>
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      <Button
        manner="main"
        isBusy={isBusy}
        onPress={() =>
          void run(async () => {
            onMade(await desk.trust.renewRecovery());
          })
        }
      >
        {text('recovery.make')}
      </Button>
    </>
  );
}

function Keep({ code, onDone }: { readonly code: string; readonly onDone: () => void }) {
  const text = useText();
  const groups = code.split('-');
  const [asked] = useState(() => twoOf(groups.length));
  const [typed, setTyped] = useState(['', '']);
  const [isWrong, setWrong] = useState(false);
  const confirm = (): void => {
    const isRight = asked.every((place, index) => sameGroup(typed[index], groups[place]));
    setWrong(!isRight);
    if (isRight) onDone();
  };
  return (
    <>
      <RecoverySheet groups={groups} />
      <Button
        onPress={() => {
          print();
        }}
      >
        {text('recovery.print')}
      </Button>
      <p>{text('recovery.confirmWhy')}</p>
      <div className={styles['pair']}>
        {asked.map((place, index) => (
          <Field
            key={place}
            label={text('recovery.group', { number: place + 1 })}
            value={typed[index] ?? ''}
            onChange={(value) => {
              setTyped(typed.with(index, value));
            }}
            autoComplete="off"
            spellCheck="false"
          />
        ))}
      </div>
      {isWrong && <Notice>{text('recovery.wrong')}</Notice>}
      <Button manner="main" onPress={confirm}>
        {text('recovery.confirm')}
      </Button>
    </>
  );
}

/** Two different places, the smaller first: which ones decides nothing, so that any chance will do. */
function twoOf(count: number): readonly [number, number] {
  const first = Math.floor(Math.random() * count);
  const second = (first + 1 + Math.floor(Math.random() * (count - 1))) % count;
  return first < second ? [first, second] : [second, first];
}

/** As forgiving as the code itself is: case, and letters that look like digits. */
function sameGroup(typed = '', group = ''): boolean {
  return typed.trim().toUpperCase().replaceAll('O', '0').replace(/[IL]/gu, '1') === group;
}
