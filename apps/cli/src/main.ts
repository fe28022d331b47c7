import { run } from './program.js';
import { processTerminal } from './terminal/terminal.js';

// `chancery read … | head`: the reader has gone, which is no error of ours. Whatever runs ends as if it had been asked to.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (!process.emit('SIGTERM')) process.exit(0);
});

const code = await run(process.argv.slice(2), processTerminal());
// pipes are written asynchronously: end only when everything is out
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
