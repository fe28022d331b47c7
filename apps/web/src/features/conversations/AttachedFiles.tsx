import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import type { AttachmentView, MessageView } from '#client';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Progress } from '../../ui/progress.js';
import { Failure } from '../../ui/states.js';
import styles from './Conversation.module.css';
import { useFileSize } from './fileSize.js';
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
  const save = useMutation({
    mutationFn: () => saveFile(desk, { conversationId, messageId: id, file }),
    onMutate: begin,
    onSettled: end,
  });
  const picture = useMutation({
    mutationFn: () => desk.correspondence.picture(conversationId, id, file.id),
    onMutate: begin,
    onSettled: end,
  });
  const isBusy = save.isPending || picture.isPending;
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
          {file.type.startsWith('image/') && !picture.data && (
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
      {isBusy && progress && <Progress label={text('file.fetching')} done={progress.done} total={progress.size} />}
      <Failure error={save.error ?? picture.error} />
      {picture.data && <Picture bitmap={picture.data} name={file.name} />}
    </li>
  );
}

function Picture({ bitmap, name }: { readonly bitmap: ImageBitmap; readonly name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current?.getContext('2d')?.drawImage(bitmap, 0, 0);
  }, [bitmap]);
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={name}
      width={bitmap.width}
      height={bitmap.height}
      className={styles['picture']}
    />
  );
}
