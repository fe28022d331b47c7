import { Access20261121100000 } from './20261121100000-access.js';
import { Directory20261121100100 } from './20261121100100-directory.js';
import { Delivery20261121100200 } from './20261121100200-delivery.js';
import { Knowledge20261121100300 } from './20261121100300-knowledge.js';
import { Attachments20261122100100 } from './20261122100100-attachments.js';
import { History20261122100200 } from './20261122100200-history.js';
import { Transparency20261122100000 } from './20261122100000-transparency.js';
import { Devices20261122100300 } from './20261122100300-devices.js';
import { Acts20261122100400 } from './20261122100400-acts.js';
import { Removals20261122100500 } from './20261122100500-removals.js';
import { Trust20261123103000 } from './20261123103000-trust.js';
import { Stands20261123100000 } from './20261123100000-stands.js';
import { Reinit20261123101000 } from './20261123101000-reinit.js';
import { Identity20261123102000 } from './20261123102000-identity.js';
import { Joins20261124020000 } from './20261124020000-joins.js';
import { SearchWeights20261124200000 } from './20261124200000-search-weights.js';
import { Documents20261124400000 } from './20261124400000-documents.js';
import { Policy20261124600000 } from './20261124600000-policy.js';
import { Originals20261124700000 } from './20261124700000-originals.js';
import { Finding20261125300000 } from './20261125300000-finding.js';
import { Around20261125500000 } from './20261125500000-around.js';
import { Companions20261125550000 } from './20261125550000-companions.js';
import { Embeddings20261125800000 } from './20261125800000-embeddings.js';
import { ImportedFiles20261125900000 } from './20261125900000-imported-files.js';
import { CampaignDays20261125950000 } from './20261125950000-campaign-days.js';
import { SavedSearchGrants20261126000000 } from './20261126000000-saved-search-grants.js';

/** Every change of the database's structure, oldest first. Forward only; each class runs once per database. */
export const migrations = [
  Access20261121100000,
  Directory20261121100100,
  Delivery20261121100200,
  Knowledge20261121100300,
  Transparency20261122100000,
  Attachments20261122100100,
  History20261122100200,
  Devices20261122100300,
  Acts20261122100400,
  Removals20261122100500,
  Stands20261123100000,
  Reinit20261123101000,
  Identity20261123102000,
  Trust20261123103000,
  Joins20261124020000,
  SearchWeights20261124200000,
  Documents20261124400000,
  Policy20261124600000,
  Originals20261124700000,
  Finding20261125300000,
  Around20261125500000,
  Companions20261125550000,
  Embeddings20261125800000,
  ImportedFiles20261125900000,
  CampaignDays20261125950000,
  SavedSearchGrants20261126000000,
];
