import { testSeeds } from './mls/seeds.js';

testSeeds(1);
