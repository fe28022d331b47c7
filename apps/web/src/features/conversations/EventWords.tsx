import type { ConversationChange, MessageView, Problem } from '#client';

import { isText, useText, useTroubleText } from '../../text/text.js';

/** What happened, in one line; a gap says how much is missing. */
export function EventWords({ message: { kind, senderName, text: words, problem, change } }: { message: MessageView }) {
  const text = useText();
  if (problem) return <Notices problem={problem} />;
  if (change) return <Change change={change} />;
  if (kind === 'rename') {
    return <span>{text('event.rename', { person: isolated(senderName), name: isolated(words) })}</span>;
  }
  return <span dir="auto">{words}</span>;
}

/** What is wrong, a line each; the title has what the device noted, for whoever looks into it. */
function Notices({ problem }: { readonly problem: Problem }) {
  const text = useText();
  const say = useTroubleText();
  const { message, missing, told = [] } = problem;
  const lines = told.flatMap(({ what, person, ...values }) => {
    const id = `notice.${what}` as const;
    return isText(id) ? [text(id, { person: isolated(person ?? ''), place: 0, count: 0, ...values })] : [];
  });
  if (lines.length === 0) lines.push(missing === undefined ? say(problem) : text('event.gap', { count: missing }));
  return [...new Set(lines)].map((line) => (
    <p key={line} title={message}>
      {line}
    </p>
  ));
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
