import { useMutation, useQuery } from '@tanstack/react-query';

import type { AttachmentView, MessageView, TransferProgress } from '#client';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Progress } from '../../ui/progress.js';
import { Failure } from '../../ui/states.js';
import styles from './Conversation.module.css';
import { useFileSize } from './fileSize.js';
import { Picture } from './Picture.js';
import { saveFile } from './saveFile.js';
import { useTransfer } from './useTransfer.js';

/** The files that came with a message; nothing is fetched before somebody asks for it. */
export function AttachedFiles({ message }: { readonly message: MessageView }) {
  if (message.attachments.length === 0) return null;
  return (
    <ul className={styles['files']}>
      {message.attachments.map((file) => (
        <AttachedFile key={file.id} message={message} file={file} />
      ))}
    </ul>
  );
}

interface AttachedFileProps {
  readonly message: MessageView;
  readonly file: AttachmentView;
}

function AttachedFile({ message: { conversationId, id, seq }, file }: AttachedFileProps) {
  const { desk } = useSession();
  const text = useText();
  const sizeOf = useFileSize();
  const { progress, begin, end } = useTransfer(file.id);
  const waiting = { onMutate: begin, onSettled: end };
  const place = { conversationId, messageId: id, file };
  const save = useMutation({ mutationFn: () => saveFile(desk, place), ...waiting });
  const picture = useMutation({
    mutationFn: async () => (await desk.correspondence.picture(place)) ?? null,
    ...waiting,
  });
  const isBusy = save.isPending || picture.isPending;
  const shown = picture.data;
  return (
    <li className={styles['file']}>
      <span>
        <bdi className={styles['name']}>{file.name}</bdi> <span className={styles['quiet']}>{sizeOf(file.size)}</span>
      </span>
      {seq !== undefined && (
        <span className={styles['fileActions']}>
          <Button
            manner="quiet"
            isBusy={isBusy}
            onPress={() => {
              if (!isBusy) save.mutate();
            }}
          >
            {text('file.save', { name: file.name })}
          </Button>
          {file.type.startsWith('image/') && !shown && (
            <Button
              manner="quiet"
              isBusy={isBusy}
              onPress={() => {
                if (!isBusy) picture.mutate();
              }}
            >
              {text('file.show')}
            </Button>
          )}
        </span>
      )}
      {isBusy ? <Fetching file={file} progress={progress} /> : seq !== undefined && <Begun file={file} />}
      <Failure error={save.error ?? picture.error} />
      <span role="status" className={styles['unseen']}>
        {save.data === true && text('file.saved', { name: file.name })}
      </span>
      {shown && <Picture bitmap={shown} name={file.name} className={styles['picture']} />}
    </li>
  );
}

/** How far it is, and the way to end it. */
function Fetching({
  file,
  progress,
}: {
  readonly file: AttachmentView;
  readonly progress: TransferProgress | undefined;
}) {
  const { desk } = useSession();
  const text = useText();
  const sizeOf = useFileSize();
  if (!progress) return null;
  return (
    <span className={styles['fetching']}>
      <Progress label={text('file.fetching')} done={progress.done} total={progress.size} say={sizeOf} />
      <Button
        manner="quiet"
        aria-label={text('file.stop.of', { name: file.name })}
        onPress={() => void desk.correspondence.stopTransfer(file.id)}
      >
        {text('file.stop')}
      </Button>
    </span>
  );
}

/** What a transfer that was interrupted has left here. */
function Begun({ file }: { readonly file: AttachmentView }) {
  const { desk } = useSession();
  const text = useText();
  const sizeOf = useFileSize();
  const { id, size, name } = file;
  const { data: begun } = useQuery({
    queryKey: ['transfers', 'begun', id],
    queryFn: async () => (await desk.correspondence.begun({ id, size, name })) ?? null,
    ...{ staleTime: 0, gcTime: 0 },
  });
  if (!begun) return null;
  const values = { done: sizeOf(begun.done), size: sizeOf(begun.size) };
  return <span className={styles['quiet']}>{text('file.begun', values)}</span>;
}
