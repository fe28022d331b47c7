import { Component } from 'react';

import { useText } from '../text/text.js';
import { Button } from '../ui/controls.js';
import styles from './Frame.module.css';

interface Props {
  readonly children: React.ReactNode;
}

/** Keeps the frame and the other areas when one breaks. React tells the console what broke; nothing of it leaves the browser. */
export class AreaBoundary extends Component<Props, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override render() {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const text = useText();
  return (
    <main className={styles['broken']}>
      <h1>{text('frame.broken.title')}</h1>
      <p role="alert">{text('frame.broken.why')}</p>
      <Button
        manner="main"
        onPress={() => {
          location.reload();
        }}
      >
        {text('frame.broken.do')}
      </Button>
    </main>
  );
}
