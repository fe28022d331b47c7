import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Notice } from '../../ui/controls.js';
import styles from './Opening.module.css';
import { Sheet } from './Sheet.js';
import { useLooking, useTask, useWords } from './task.js';

const LOOK_MS = 5000;

/** Third step: what the officer does now, and what comes then. It looks by itself. */
export function Waiting({ person, ministry }: { readonly person: string; readonly ministry: string }) {
  const { desk } = useSession();
  const text = useText();
  const task = useTask();
  const words = useWords(task.trouble, []);
  const look = async (): Promise<void> => {
    await desk.opening.catchUp();
  };
  useLooking(task, true, LOOK_MS, look);
  return (
    <Sheet
      title={text('opening.waiting.title')}
      why={text('opening.waiting.why', { person, ministry })}
      step={[3, 3]}
      onSubmit={() => task.run(look)}
    >
      <ol className={styles['next']}>
        <li>{text('opening.waiting.officer')}</li>
        <li>{text('opening.waiting.itself')}</li>
        <li>{text('opening.waiting.code')}</li>
      </ol>
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      <Button type="submit" manner="main">
        {text('opening.waiting.look')}
      </Button>
    </Sheet>
  );
}
