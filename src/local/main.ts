import './nodeVersion.cjs';
import { join } from 'node:path';
import { supervise } from './supervisor.ts';

// The terminal may be gone before everything is stopped.
process.stdout.on('error', () => {});

process.exitCode = await supervise(process.argv.slice(2), {
  botScript: join(import.meta.dirname, 'bot.ts'),
  home: join(import.meta.dirname, '..', '..'),
  say: (text) => console.log(text),
});
