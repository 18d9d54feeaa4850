// Dies of every picture that begins with "die", and of the first one that begins with "once" and names a file to mark.
import { existsSync, writeFileSync } from 'node:fs';

process.on('message', ({ job, bytes }: { job: number; bytes: Uint8Array }) => {
  const text = Buffer.from(bytes).toString();
  if (text === 'die') process.kill(process.pid, 'SIGSEGV');
  if (text === 'hang') return;
  if (text === 'eat') {
    const eaten: Buffer[] = [];
    setInterval(() => eaten.push(Buffer.alloc(20_000_000, 1)), 5);
    return;
  }
  if (text.startsWith('once ')) {
    const mark = text.slice(5);
    if (!existsSync(mark)) {
      writeFileSync(mark, '');
      process.exit(1);
    }
  }
  const why = `${process.pid} ${Object.keys(process.env).sort().join(' ')}`;
  process.send?.({ kind: 'done', job, checked: { kind: 'refused', why } });
});
process.on('disconnect', () => process.exit());
process.send?.({ kind: 'ready' });
