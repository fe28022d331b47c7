import type { Letter as LetterContent } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Facts } from '../../ui/facts.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { Code, Sheet } from './parts.js';

/** What an officer prints and hands over: it is shown once, and nothing keeps it. */
export function Letter({ letter, onClose }: { readonly letter: LetterContent; readonly onClose: () => void }) {
  const text = useText();
  const actions = (
    <>
      <Button
        manner="main"
        onPress={() => {
          print();
        }}
      >
        {text('letter.print')}
      </Button>
      <Button onPress={onClose}>{text('letter.close')}</Button>
    </>
  );
  return (
    <Sheet title={text('letter.title')} actions={actions}>
      <p className={`${styles['warning'] ?? ''} ${styles['unprinted'] ?? ''}`}>{text('letter.once')}</p>
      <article className={styles['letter']} aria-label={text('letter.title')}>
        <h2 dir="auto">{letter.ministryName}</h2>
        <Facts
          facts={[
            [text('letter.for'), letter.personName],
            ...(letter.title === '' ? [] : [[text('person.title'), <bdi>{letter.title}</bdi>] as const]),
            [text('person.post'), letter.postName],
            [text('letter.from'), letter.officerName],
            [text('letter.until'), <When time={letter.expiresAt} />],
          ]}
        />
        <ol className={styles['points']}>
          <li>{text('letter.open')}</li>
          <li>{text('letter.passphrase')}</li>
          <li>{text('letter.wait')}</li>
        </ol>
        <Symbol code={letter.code} label={text('letter.code')} />
        <Code>{letter.link}</Code>
        <h3>{text('letter.compare')}</h3>
        <p>{text('letter.compareHow')}</p>
        <Facts
          facts={[
            [text('letter.server'), <Code>{letter.server}</Code>],
            [text('letter.root'), <Code>{letter.rootGroups.join(' ')}</Code>],
          ]}
        />
        <p className={styles['quiet']}>{text('letter.destroy')}</p>
      </article>
    </Sheet>
  );
}

/** A QR code as one path, black on white whatever the screen's colours are. */
function Symbol({ code, label }: { readonly code: LetterContent['code']; readonly label: string }) {
  const size = code.length;
  const dark = code.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : []))).join('');
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      className={styles['symbol']}
      shapeRendering="crispEdges"
    >
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={dark} />
    </svg>
  );
}
