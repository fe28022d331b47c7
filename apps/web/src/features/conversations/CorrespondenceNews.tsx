import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';

import type { MessageView } from '#client';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';

/** Tells of new messages while the window is out of sight: how many, in its title, and by the system's notices, which say nothing of what was written. */
export function CorrespondenceNews() {
  const { desk, listen } = useSession();
  const text = useText();
  const { data: unread = 0 } = useQuery({ queryKey: ['conversations', 'unread'], queryFn: () => desk.frame.unread() });
  useEffect(() => {
    document.title = unread > 0 ? `(${String(unread)}) ${text('name')}` : text('name');
  });
  useEffect(
    () =>
      listen((news) => {
        if (news.type === 'message' && isNew(news.message))
          notify(text('notices.message'), text(`precedence.${news.message.precedence}`));
      }),
    [listen, text],
  );
  return null;
}

const isNew = ({ own, kind, replaces, givenBy }: MessageView): boolean =>
  !own && kind === 'text' && replaces === undefined && givenBy === undefined;

/** Several become one. */
function notify(title: string, body: string): void {
  const isSeen = document.visibilityState === 'visible' && document.hasFocus();
  if (isSeen || !('Notification' in window) || Notification.permission !== 'granted') return;
  const notice = new Notification(title, { body, tag: 'chancery message' });
  notice.onclick = () => {
    window.focus();
    notice.close();
  };
}
