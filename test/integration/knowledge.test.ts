import { Library, label } from '../support/library.js';
import type { Person } from '../support/library.js';

let library: Library;
let planner: Person;

beforeAll(async () => {
  library = await Library.open();
  planner = await library.person({ cleared: 'SECRET' });
});

afterAll(async () => {
  await library.close();
});

test('a paper that is filed is found', async () => {
  const collectionId = await library.collection(planner);
  const [filed] = await library.file(planner, collectionId, {
    title: 'Water sharing in the valley',
    body: 'The delegation proposed to share the water of the river by a permanent commission.\n\nNothing was signed.',
    label: label('RESTRICTED'),
  });
  expect(filed?.outcome).toBe('CREATED');
  await library.indexed(planner);
  const found = await planner.ask(
    '{ search(input: {query: "river commissions", facets: ["kind"]}) { total totalIsExact engine facets { field values { value count } } hits { score passage document { title label { marking } version { number body sha256 } versions { edges { node { number } } } } } } }',
  );
  console.log(JSON.stringify(found, null, 1));
});
