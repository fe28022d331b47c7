import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Dialog } from '../../../ui/dialog.js';
import { Menu } from '../../../ui/menu.js';
import { Progress } from '../../../ui/progress.js';
import { save } from '../../../ui/save.js';
import { Failure } from '../../../ui/states.js';
import type { Scope, TakenOut, Wanted } from '../../../worker/filing/protocol.js';
import forms from '../forms.module.css';

type ChoiceId = Wanted['formats'][number] | 'zip';

const CHOICES: Readonly<Record<ChoiceId, Wanted>> = {
  pdf: { formats: ['pdf'], isArchive: false },
  docx: { formats: ['docx'], isArchive: false },
  md: { formats: ['md'], isArchive: false },
  eml: { formats: ['eml', 'pdf'], isArchive: false },
  zip: { formats: ['pdf', 'docx', 'md', 'eml'], isArchive: true },
};
const MANY: Wanted = { formats: ['pdf', 'md'], isArchive: true };
const IDS = ['pdf', 'docx', 'md', 'eml', 'zip'] as const;
const POLL_MS = 400;

interface ExportProps {
  readonly scope: Scope;
  readonly title: string;
}

/** Takes a paper, or a collection, out of Chancery as a file: it bears the reader's name, and the audit trail is told. */
export function Export({ scope, title }: ExportProps) {
  const text = useText();
  const { desk } = useSession();
  const [task] = useState(() => crypto.randomUUID());
  const isOne = 'documentId' in scope;
  const ids: readonly ChoiceId[] = isOne ? IDS : ['zip'];
  const take = useMutation({
    mutationFn: (wanted: Wanted) => desk.filing.takeOut(task, scope, wanted),
    onSuccess: saveTaken,
  });
  const isShown = take.isPending || take.isError || (take.data?.unprintable.length ?? 0) > 0;
  return (
    <>
      <Menu
        label={text('export.title')}
        items={ids.map((id) => ({ id, text: text(`export.${id}`) }))}
        onAction={(chosen) => {
          const id = ids.find((one) => one === chosen);
          if (id) take.mutate(isOne ? CHOICES[id] : MANY);
        }}
      >
        {text('export.title')}
      </Menu>
      {isShown && (
        <Dialog isOpen title={text('export.of', { title })} onClose={take.reset}>
          <div className={forms['form']}>
            {take.isPending && <TaskProgress task={task} label={text('export.under')} />}
            <Failure error={take.error} />
            {take.data && take.data.unprintable.length > 0 && (
              <p>{text('export.boxes', { characters: take.data.unprintable.slice(0, 12).join(' ') })}</p>
            )}
          </div>
        </Dialog>
      )}
    </>
  );
}

export function TaskProgress({ task, label }: { readonly task: string; readonly label: string }) {
  const { desk } = useSession();
  const { data } = useQuery({
    queryKey: ['filing', 'progress', task],
    queryFn: () => desk.filing.progress(task),
    refetchInterval: POLL_MS,
    gcTime: 0,
  });
  return <Progress label={label} done={data?.done ?? 0} total={data?.total ?? 1} />;
}

const saveTaken = ({ name, mediaType, bytes }: TakenOut): void => {
  save(new Blob([bytes], { type: mediaType }), name);
};

interface OriginalProps {
  readonly original: { readonly id: string; readonly size: number; readonly name: string };
}

/** The file that the paper was made from. */
export function SaveOriginal({ original }: OriginalProps) {
  const { desk } = useSession();
  const text = useText();
  const [task] = useState(() => crypto.randomUUID());
  const take = useMutation({ mutationFn: () => desk.filing.original(task, original), onSuccess: saveTaken });
  return (
    <>
      <Button
        isBusy={take.isPending}
        onPress={() => {
          take.mutate();
        }}
      >
        {text('export.original')} <bdi>{original.name}</bdi>
      </Button>
      {take.isPending && <TaskProgress task={task} label={text('export.under')} />}
      <Failure error={take.error} />
    </>
  );
}
