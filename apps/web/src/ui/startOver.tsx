import type { Begun } from '../app/begun.js';
import { useText } from '../text/text.js';
import { Button } from './controls.js';
import said from './said.module.css';

/** What a form says of itself in which something was filled in, maybe on another day: whether that is safe, and how to be rid of it. */
export type Started = Pick<Begun<object>, 'isBegun' | 'isKept' | 'forget'>;

export function StartOver({ begun: { isBegun, isKept, forget } }: { readonly begun: Started }) {
  const text = useText();
  return (
    <>
      {isBegun && (
        <Button manner="quiet" onPress={forget}>
          {text('ui.startOver')}
        </Button>
      )}
      <span role="status" className={said['quiet']}>
        {isBegun && isKept ? text('ui.kept') : ''}
      </span>
    </>
  );
}
