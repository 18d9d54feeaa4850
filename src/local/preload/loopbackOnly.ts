// Loaded into storage and clients before their own code. The Playground has no setting for the address it listens on and
// takes every network the machine is in; and when its port is taken it quietly moves to another. Here it may listen on
// loopback and on the one port given, or not at all.
import net from 'node:net';

const HOST = '127.0.0.1';
const PORT = Number(process.env.POSTWISE_LISTEN_PORT);

type Listen = (this: net.Server, ...args: unknown[]) => net.Server;
const server = net.Server.prototype as unknown as { listen: Listen };
const listen = server.listen;

server.listen = function (...args) {
  const first = args[0];
  const port = typeof first === 'object' && first !== null && 'port' in first ? first.port : first;
  if (Number(port) !== PORT) throw new Error(`may listen on port ${PORT} only, and port ${String(port)} was asked for`);
  const options = typeof first === 'object' ? first : {};
  const whenListening = args.filter((arg) => typeof arg === 'function');
  return listen.call(this, { ...options, port: PORT, host: HOST }, ...whenListening);
};
