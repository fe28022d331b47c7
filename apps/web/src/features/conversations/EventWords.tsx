import type { ConversationChange, MessageView } from '#client';

import { useText } from '../../text/text.js';

/** What happened, in one line; a gap says how much is missing. */
export function EventWords({ message: { kind, senderName, text: words, problem, change } }: { message: MessageView }) {
  const text = useText();
  const missing = problem?.missing;
  if (missing !== undefined) return <>{text('event.gap', { count: missing })}</>;
  if (change) return <Change change={change} />;
  if (kind === 'rename') {
    return <span>{text('event.rename', { person: isolated(senderName), name: isolated(words) })}</span>;
  }
  return <span dir="auto">{problem?.message ?? words}</span>;
}

function Change({ change }: { readonly change: ConversationChange }) {
  const text = useText();
  const nameOf = (name: string): string => (name === '' ? text('event.device') : isolated(name));
  const listOf = (names: readonly string[]): string => names.map(nameOf).join(text('list.separator'));
  switch (change.kind) {
    case 'members': {
      const { actor, added, removed } = change;
      const values = {
        actor: actor === null ? text('event.server') : nameOf(actor),
        added: listOf(added),
        removed: listOf(removed),
      };
      if (removed.length === 0) return <span>{text('event.added', values)}</span>;
      return <span>{text(added.length === 0 ? 'event.removed' : 'event.replaced', values)}</span>;
    }
    case 'stuck':
      return <span>{text('event.stuck', { person: nameOf(change.person) })}</span>;
    case 'moved': {
      const actor = change.actor === null ? text('event.server') : nameOf(change.actor);
      return <span>{text('event.moved', { actor, suite: isolated(change.suite) })}</span>;
    }
    case 'handedOver': {
      const { giver, to, count } = change;
      return <span>{text('event.handedOver', { giver: nameOf(giver), people: listOf(to), count })}</span>;
    }
  }
}

/** Keeps its own direction inside of a sentence. */
const isolated = (name: string): string => `\u2068${name}\u2069`;
