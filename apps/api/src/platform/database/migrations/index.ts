import { Access20261121100000 } from './20261121100000-access.js';
import { Directory20261121100100 } from './20261121100100-directory.js';
import { Delivery20261121100200 } from './20261121100200-delivery.js';
import { Knowledge20261121100300 } from './20261121100300-knowledge.js';

/** Every change of the database's structure, oldest first. Forward only; each class runs once per database. */
export const migrations = [
  Access20261121100000,
  Directory20261121100100,
  Delivery20261121100200,
  Knowledge20261121100300,
];
