import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Notice } from '../../ui/controls.js';
import { Sheet } from './Sheet.js';
import { useLooking, useTask, useWords } from './task.js';

const LOOK_MS = 5000;
/** After these nobody needs what was begun: the same founding, had it been taken, would be taken again. */
const REFUSALS = ['ALREADY_FOUNDED', 'FOUNDING_TOKEN_INVALID'];

/** A founding whose answer was lost: it is sent again until the server has it. */
export default function Unconfirmed({ person, ministry }: { readonly person: string; readonly ministry: string }) {
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
      title={text('opening.founding.title')}
      why={text('opening.founding.why', { person, ministry })}
      onSubmit={() => task.run(look)}
    >
      {words.whole !== undefined && <Notice>{words.whole}</Notice>}
      {task.trouble && REFUSALS.includes(task.trouble.code) ? (
        <Button manner="danger" onPress={() => void task.run(() => desk.opening.giveUpFounding())}>
          {text('opening.founding.giveUp')}
        </Button>
      ) : (
        <Button type="submit" manner="main">
          {text('opening.waiting.look')}
        </Button>
      )}
    </Sheet>
  );
}
