import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A key and a certificate for `pictures.test` and `elsewhere.test`, signed by nobody. They open nothing. */
export const testOnlyPem = readFileSync(join(import.meta.dirname, 'test-only.pem'), 'utf8');

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A real server on loopback that counts what it is asked. */
export async function pictureHost(answer: Answer, scheme: 'http' | 'https' = 'http') {
  const asked: IncomingMessage[] = [];
  let connections = 0;
  const listener: RequestListener = (request, response) => {
    asked.push(request);
    answer(request, response);
  };
  const server =
    scheme === 'http' ? createHttp(listener) : createHttps({ key: testOnlyPem, cert: testOnlyPem }, listener);
  server.on('connection', () => (connections += 1));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: (path = '/picture') => `${scheme}://127.0.0.1:${port}${path}`,
    asked: asked as readonly IncomingMessage[],
    connections: () => connections,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
