import { readFileSync } from 'node:fs';
import { Bm25, mean, ndcgAt, reciprocalRank, recallAt } from '#text';
import { Library, label } from '../support/library.js';
import { launchLocalMeilisearch } from '../support/meilisearch.js';

import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import * as R from '../../apps/api/src/platform/search/ranking.js';
import { Searcher } from '../../apps/api/src/platform/search/searcher.js';
import { VectorStore } from '../../apps/api/src/platform/search/vectorStore.js';
import { QueryPlanner } from '../../apps/api/src/platform/search/queryPlanner.js';
import { DocumentsService } from '../../apps/api/src/knowledge/documents.service.js';
const last: any[] = [];
const T = new Map<string, number>();
function wrap(proto: any, name: string, label: (a: any[]) => string) {
  const f = proto[name];
  proto[name] = async function (...a: any[]) { if (/FROM unnest.*search_posting/s.test(String(a[0])) && !last.length) { last.push(a[0], a[1]); } const s = performance.now(); try { return await f.apply(this, a); } finally { const l = label(a); T.set(l, (T.get(l) ?? 0) + performance.now() - s); } };
}
wrap(PostgresQueryRunner.prototype, 'query', (a) => 'sql ' + String(a[0]).replace(/\s+/g, ' ').slice(0, 70));
wrap(Searcher.prototype, 'search', () => 'Searcher.search');
wrap(VectorStore.prototype, 'load', () => 'VectorStore.load');
wrap(DocumentsService.prototype,'facts',()=>'facts');wrap(QueryPlanner.prototype, 'plan', () => 'plan');
void R;
const dir = process.env['IR_DIR']!;
const suffix = process.env['IR_LANG'] ? `.${process.env['IR_LANG']}` : '';
const language = process.env['IR_LANG'] ?? 'en';
const lines = (name: string) => readFileSync(`${dir}/${name}`, 'utf8').trim().split('\n');

test('evaluate', async () => {
  const meili = process.env['ENGINE'] === 'meilisearch' ? await launchLocalMeilisearch() : undefined;
  const library = await Library.open(meili ? { MEILISEARCH_URL: meili.url, MEILISEARCH_KEY: meili.key } : {});
  const planner = await library.person({ cleared: 'SECRET' });
  const collectionId = await library.collection(planner);
  const docs = lines(`docs${suffix}.jsonl`).map((l) => JSON.parse(l) as { id: string; para?: string; title: string; text: string }).map((d) => ({ ...d, id: d.para ?? d.id }));
  const t0 = Date.now();
  for (let i = 0; i < docs.length; i += 100) {
    const res = await library.file(planner, collectionId, ...docs.slice(i, i + 100).map((d) => ({ sourceId: d.id, title: d.title || '-', body: d.text, language })));
    const bad = res.find((r) => r.refusal);
    if (bad) throw new Error(JSON.stringify(bad));
  }
  const t1 = Date.now();
  await library.indexed(planner);
  const t2 = Date.now();
  const bm = new Bm25(language);
  for (const d of docs) bm.add(d.id, `${d.title}\n${d.text}`);
  const qrels = new Map<string, Map<string, number>>();
  for (const l of lines('qrels.tsv').slice(1)) {
    const [q, d, g] = l.split('\t') as [string, string, string];
    const own = qrels.get(q) ?? new Map<string, number>();
    qrels.set(q, own.set(d, Number(g)));
  }
  let queries = lines(`queries${suffix}.jsonl`).map((l) => JSON.parse(l) as { id: string; qid?: string; text: string }).map((q) => ({ ...q, id: q.qid ?? q.id })).filter((q) => qrels.has(q.id));
  const max = Number(process.env['MAXQ'] ?? 300);
  queries = queries.filter((_, i) => i % Math.ceil(queries.length / max) === 0);
  const rows: { ours: string[]; base: string[]; gains: Map<string, number> }[] = [];
  const times: number[] = []; T.clear();
  for (const q of queries) {
    const s = performance.now();
    const r = await planner.get<{ hits: { document: { sourceId: string } }[] }>('search', 'query ($q: String!) { search(input: {query: $q, first: 10}) { hits { document { sourceId } } } }', { q: q.text.replace(/[-"":]/g, ' ') });
    times.push(performance.now() - s);
    rows.push({ ours: r.hits.map((h) => h.document.sourceId), base: bm.search(q.text, 10).map((x) => x.id), gains: qrels.get(q.id)! });
  }
  times.sort((a, b) => a - b);
  const m = (f: (r: string[], g: Map<string, number>) => number, k: 'ours' | 'base') => mean(rows.map((r) => f(r[k], r.gains))).toFixed(4);
  console.log(JSON.stringify({ dir, engine: meili ? 'meili' : 'pg', docs: docs.length, fileMs: t1 - t0, indexMs: t2 - t1, queries: rows.length, ndcg: [m((r, g) => ndcgAt(r, g, 10), 'ours'), m((r, g) => ndcgAt(r, g, 10), 'base')], recall: [m((r, g) => recallAt(r, g, 10), 'ours'), m((r, g) => recallAt(r, g, 10), 'base')], mrr: [m(reciprocalRank, 'ours'), m(reciprocalRank, 'base')], p50: times[times.length >> 1], p95: times[Math.floor(times.length * 0.95)] }));
  console.log([...T].sort((a, b) => b[1] - a[1]).slice(0, 16).map(([k, v]) => (v / rows.length).toFixed(2) + ' ' + k).join('\n'));
  const { default: pg } = await import('pg');
  const c = new pg.Client({ connectionString: library.server.databaseUrl }); await c.connect();
  const ex = async (l: string) => console.log(l + '\n' + (await c.query('EXPLAIN (ANALYZE, BUFFERS) ' + last[0], last[1])).rows.map((r: any) => r['QUERY PLAN']).join('\n'));
  if (process.env['EX']) { await ex('before'); await c.query('VACUUM ANALYZE'); await ex('after'); } await c.end();
  void label;
  await library.close();
  await meili?.stop();
}, 600_000);
