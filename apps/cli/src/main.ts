import { run } from './program.js';
import { processTerminal } from './terminal/terminal.js';

// `chancery read … | head`: the reader has gone, which is no error of ours
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const code = await run(process.argv.slice(2), processTerminal());
// pipes are written asynchronously: end only when everything is out
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
