/** Stands between the storage room and a service, reads what travels, and breaks it where a test says so. */
import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage } from 'node:http';

export type Sent = { readonly method: string; readonly path: string; readonly body: string };
/**
 * - `refuse`  the connection ends before anything reaches the service
 * - `lose`    the service has done it, and its answer never arrives
 * - `hang`    nothing ever comes back
 * - a number  the service is too busy, and asks to be asked again in a minute: 503, 500
 * - `waitMs`  it takes its time, and nothing is wrong
 */
export type Fault = 'refuse' | 'lose' | 'hang' | number | { readonly waitMs: number };

export type Wire = {
  readonly port: number;
  /** Every request since the last `clear`, retries included. */
  readonly sent: Sent[];
  clear(): void;
  /** Asked of every request, by its number from 1 since the last `clear`. */
  fault(of: (nth: number, sent: Sent) => Fault | undefined): void;
  stop(): Promise<void>;
};

export async function wireTo(servicePort: number): Promise<Wire> {
  const sent: Sent[] = [];
  let faultOf: (nth: number, sent: Sent) => Fault | undefined = () => undefined;

  const server = createServer((incoming, answer) => {
    void (async () => {
      const body = await read(incoming);
      const one = { method: incoming.method ?? '', path: incoming.url ?? '', body: body.toString('utf8') };
      sent.push(one);
      const fault = faultOf(sent.length, one);
      if (fault === 'hang') return;
      if (fault === 'refuse') return void incoming.socket.destroy();
      // `writeHead` is never built upon: restify, loaded by another test of the same process, makes it give nothing back.
      if (typeof fault === 'number') {
        answer.writeHead(fault, { 'content-type': 'application/json', 'retry-after': '60' });
        answer.end('{}');
        return;
      }
      if (typeof fault === 'object') await new Promise((resolve) => setTimeout(resolve, fault.waitMs));
      const onward = send({
        host: '127.0.0.1',
        port: servicePort,
        method: one.method,
        path: one.path,
        headers: incoming.headers,
        agent: false,
      });
      onward.end(body);
      const [reply] = (await once(onward, 'response')) as [IncomingMessage];
      const replyBody = await read(reply);
      if (fault === 'lose') return void incoming.socket.destroy();
      answer.writeHead(reply.statusCode ?? 500, reply.headers);
      answer.end(replyBody);
    })().catch(() => incoming.socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  return {
    port: address.port,
    sent,
    clear: () => void sent.splice(0),
    fault: (of) => void (faultOf = of),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}
