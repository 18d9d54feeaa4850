/** The storage emulator as its own processes, in memory, on loopback ports that were free: one pair for a test file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/** The emulator's one account and its published key: no secret. */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export type Azurite = {
  readonly tablePort: number;
  readonly blobPort: number;
  /** Reaches both services. */
  readonly connectionString: string;
  /** Ends both processes, and waits until they are gone. */
  stop(): Promise<void>;
};

/** For services on other ports, such as those of a proxy in between. */
export const connectionStringFor = (ports: { readonly tablePort: number; readonly blobPort: number }): string =>
  [
    'DefaultEndpointsProtocol=http',
    `AccountName=${ACCOUNT}`,
    `AccountKey=${KEY}`,
    `BlobEndpoint=http://127.0.0.1:${ports.blobPort}/${ACCOUNT}`,
    `TableEndpoint=http://127.0.0.1:${ports.tablePort}/${ACCOUNT}`,
  ].join(';');

/**
 * @param tls  path of a PEM with key and certificate: then over https, and bearer tokens are taken as well as the key
 */
export async function startAzurite(tls?: string): Promise<Azurite> {
  const more = tls === undefined ? [] : ['--cert', tls, '--key', tls, '--oauth', 'basic'];
  const [tables, blobs] = await Promise.all([startService('table', more), startService('blob', more)]);
  const ports = { tablePort: tables.port, blobPort: blobs.port };
  return {
    ...ports,
    connectionString: connectionStringFor(ports),
    stop: async () => void (await Promise.all([stop(tables.child), stop(blobs.child)])),
  };
}

const TRIES = 3;
const READY_MS = 30_000;
// The child ends itself when the test's process is gone, however that ended, so that none is ever left running.
const RUN = "process.on('disconnect', () => process.exit()); require(process.argv[1])";

async function startService(
  service: 'table' | 'blob',
  more: readonly string[],
): Promise<{ port: number; child: ChildProcess }> {
  for (let left = TRIES; left > 0; left -= 1) {
    const port = await freePort();
    const main = join(import.meta.dirname, `../../node_modules/azurite/dist/src/${service}/main.js`);
    const child = spawn(
      process.execPath,
      [
        ...['-e', RUN, '--', main],
        ...[`--${service}Host`, '127.0.0.1', `--${service}Port`, String(port)],
        ...['--inMemoryPersistence', '--skipApiVersionCheck', '--disableTelemetry', '--silent'],
        ...more,
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env: { PATH: process.env.PATH } },
    );
    if (await answers(child, port)) return { port, child };
    await stop(child); // somebody else took the port in between
  }
  throw new Error(`the ${service} emulator did not start`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function answers(child: ChildProcess, port: number): Promise<boolean> {
  const end = Date.now() + READY_MS;
  while (Date.now() < end && child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const open = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (open) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGINT');
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(late);
}
