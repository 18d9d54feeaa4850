import { createServer } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** Who listens where, counted from the first port. */
export interface LocalPorts {
  readonly bot: number;
  readonly tables: number;
  readonly blobs: number;
  readonly teacher: number;
  readonly headteacher: number;
}

export const portsFrom = (first: number): LocalPorts => ({
  bot: first,
  tables: first + 1,
  blobs: first + 2,
  teacher: first + 3,
  headteacher: first + 4,
});

/**
 * The first port that cannot be had, with a sentence about it; `null` when all are free.
 *
 * @param wanted  port to what it is for: `the bot`, `the teacher's window`
 */
export async function portProblem(wanted: ReadonlyMap<number, string>): Promise<string | null> {
  for (const [port, purpose] of wanted) {
    const code = await tryListening(port);
    if (code !== null) return sentenceFor(port, purpose, code);
  }
  return null;
}

function sentenceFor(port: number, purpose: string, code: string): string {
  const why = code === 'EADDRINUSE' ? 'another program is using it' : `this account may not use it (${code})`;
  return `Port ${port} is needed for ${purpose}, but ${why}. End that program, or choose other ports: npm run local -- --port ${port + 100 > 65_000 ? 4978 : port + 100}`;
}

/** The error's code when the port cannot be listened on, `null` when it can. */
function tryListening(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
