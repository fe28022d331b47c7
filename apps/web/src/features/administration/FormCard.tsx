import type { SecurityPolicy } from '#policy';

import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { StartOver } from '../../ui/startOver.js';
import type { Started } from '../../ui/startOver.js';
import { Failure } from '../../ui/states.js';
import type { PostRow } from '../../worker/administration/protocol.js';
import styles from './Administration.module.css';
import { useAsked } from './asking.js';
import { Loaded } from './parts.js';

/** What the larger forms choose from. */
export interface Grounds {
  readonly policy: SecurityPolicy;
  readonly posts: readonly PostRow[];
}

/** A form that needs the policy in force and the posts: it is there once they are. */
export function WithGrounds({ children }: { readonly children: (grounds: Grounds) => React.ReactNode }) {
  const policy = useAsked(['policy'], (desk) => desk.policies.inForce());
  const posts = useAsked(['posts'], (desk) => desk.administration.posts());
  return (
    <Loaded query={policy}>
      {(inForce) => <Loaded query={posts}>{(all) => children({ policy: inForce, posts: all })}</Loaded>}
    </Loaded>
  );
}

interface FormCardProps {
  readonly title: string;
  /** A verb: what its button does. */
  readonly verb: string;
  readonly act: {
    readonly mutate: (input: undefined) => void;
    readonly isPending: boolean;
    readonly error: Error | null;
  };
  readonly onClose: () => void;
  readonly begun: Started;
  readonly children: React.ReactNode;
}

/** A form within a screen: done, or left for now; what was refused stays, with the reason. */
export function FormCard({ title, verb, act, onClose, begun, children }: FormCardProps) {
  const text = useText();
  return (
    <form
      className={`${styles['form'] ?? ''} ${styles['act'] ?? ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        act.mutate(undefined);
      }}
    >
      <h2>{title}</h2>
      {children}
      <Failure error={act.error} />
      <div className={styles['row']}>
        <Button type="submit" manner="main" isBusy={act.isPending}>
          {verb}
        </Button>
        <Button onPress={onClose}>{text('office.cancel')}</Button>
        <StartOver begun={begun} />
      </div>
    </form>
  );
}
