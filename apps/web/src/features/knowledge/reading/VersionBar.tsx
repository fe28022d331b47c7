import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Failure } from '../../../ui/states.js';
import type { Paper } from '../../../worker/knowledge/protocol.js';
import styles from './reading.module.css';
import { usePaper } from './usePaper.js';

/** An earlier version is on the screen: the way to the newest one, to what changed since, and back to this text. */
export function VersionBar({
  paper: { id, version },
  canWrite,
}: {
  readonly paper: Paper;
  readonly canWrite: boolean;
}) {
  const { desk } = useSession();
  const text = useText();
  const [, go] = useLocation();
  const client = useQueryClient();
  const newest = usePaper(id).data?.version.number;
  const restore = useMutation({
    mutationFn: () => desk.writing.restore(id, version.number, newest ?? 0, ''),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['paper', id] });
      go(`/papers/${id}`);
    },
  });
  if (newest === undefined || newest === version.number) return null;
  return (
    <div className={styles['strip']}>
      <p role="status">{text('version.old', { number: version.number, newest })}</p>
      <Link to={`/papers/${id}`}>{text('version.newest')}</Link>
      <Link to={`/papers/${id}/compare?from=${String(version.number)}&to=${String(newest)}`}>
        {text('version.compare')}
      </Link>
      {canWrite && (
        <Button
          isBusy={restore.isPending}
          onPress={() => {
            restore.mutate();
          }}
        >
          {text('version.restore')}
        </Button>
      )}
      <Failure error={restore.error} />
    </div>
  );
}
