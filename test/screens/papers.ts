import type { Client } from '#client';
import { CreateCollectionDocument, FileDocumentsDocument, GrantCollectionDocument } from '#contracts';
import type { DocumentInput, LabelInput } from '#contracts';
import { readMarkdown } from '#document';
import { genericMinistry } from '#policy';

const labelOf = (level: string): LabelInput => ({ policy: genericMinistry.id, level, categories: [] });

const blocksOf = (markdown: string): string => JSON.stringify(readMarkdown(markdown).document);

const papers = (): DocumentInput[] => [
  {
    ...{ kind: 'report', language: 'en', label: labelOf('SECRET'), title: 'Transit of wheat through the river ports' },
    ...{ countries: ['EG', 'UZ'], topics: ['trade'], date: '2026-10-02', place: 'Tashkent', from: 'Embassy Tashkent' },
    blocks: blocksOf(
      '# What we want\n\nTransit without quotas for wheat, and a fee that both sides can print.\n\n## Fee\n\nOne tenth of what the port asks today. The other side has said so in March.\n\n## Quotas\n\nNone. If there must be one: by month, not by week.\n\n# What they want\n\nA say in the timetable, and inspectors of their own at the weighbridge.',
    ),
  },
  {
    ...{ kind: 'memorandum', language: 'en', label: labelOf('RESTRICTED'), title: 'Wheat prices, October' },
    ...{
      countries: ['EG'],
      topics: ['trade'],
      date: '2026-10-30',
      body: 'Wheat is up by a tenth. Transit costs stand.',
    },
  },
  {
    ...{ kind: 'report', language: 'ar', label: labelOf('RESTRICTED'), title: 'أسعار القمح والعبور' },
    ...{ countries: ['EG'], date: '2026-10-12', body: 'ارتفع القمح بمقدار العشر. رسوم العبور wheat transit ثابتة.' },
  },
];

/** Files a few papers where everybody of the writer's post may read and write, as far as they are cleared. */
export async function filePapers(client: Client): Promise<void> {
  await client.catchUp();
  const input = { name: 'Trade', defaultLabel: labelOf('RESTRICTED') };
  const { createCollection } = await client.execute(CreateCollectionDocument, { input });
  const collectionId = createCollection.id;
  const { postId } = await client.whoami();
  await client.execute(GrantCollectionDocument, { input: { collectionId, access: 'WRITE', postId } });
  await client.execute(FileDocumentsDocument, { collectionId, documents: papers() });
}
