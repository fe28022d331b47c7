import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { failureOf } from '../../../app/failure.js';
import { useSession } from '../../../app/session.js';
import { Failure, Skeleton } from '../../../ui/states.js';
import { Notice } from '../../../ui/controls.js';
import { useText } from '../../../text/text.js';
import { DeskError } from '../../../app/desk.js';
import { DraftEditor } from './DraftEditor.js';
import styles from './editor.module.css';

/** Where a paper is written. */
export default function EditorPage({ id }: { readonly id: string }) {
  return (
    <main className={styles['page']}>
      <Opening id={id} />
    </main>
  );
}

/** What is open is asked for once: from then on the text on the screen is the newest. */
function Opening({ id }: { readonly id: string }) {
  const { desk } = useSession();
  const text = useText();
  const [visit] = useState(() => crypto.randomUUID());
  const draft = useQuery({ queryKey: ['draft', id, visit], queryFn: () => desk.writing.open(id), gcTime: 0 });
  const schema = useQuery({ queryKey: ['knowledge', 'schema'], queryFn: () => desk.writing.schema() });
  const kinds = useQuery({ queryKey: ['knowledge', 'kinds'], queryFn: () => desk.writing.kinds() });
  const error = failureOf(draft) ?? failureOf(schema);
  if (error instanceof DeskError && error.trouble.code === 'NOT_FOUND') return <Notice>{text('draft.missing')}</Notice>;
  if (error) return <Failure error={error} retry={() => void draft.refetch()} />;
  if (!draft.data || !schema.data) return <Skeleton rows={8} />;
  return <DraftEditor draft={draft.data} schema={schema.data} kinds={kinds.data ?? []} />;
}
