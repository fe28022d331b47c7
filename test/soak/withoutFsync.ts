/**
 * The processes of this test do not wait for the disk, which is a sixth of their time: what a killed process has written is the system's
 * already, and only a power cut, which no test makes, would lose it.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

fs.fsyncSync = () => undefined;
syncBuiltinESMExports();
