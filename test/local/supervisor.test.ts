import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { localEnvironment } from '../../src/local/environment.ts';
import { portsFrom } from '../../src/local/ports.ts';
import { aFolder, aPortBlock, isGone, listeningOf, startLocal, stopAll, until, type Run } from './fixtures/machine.ts';

jest.setTimeout(120_000);

/** One run of the local default after the other on one folder: each test goes on where the one before ended. */
describe('the local default', () => {
  const data = aFolder();
  let first: number;
  let run: Run;

  const start = () => startLocal('--no-client', '--data', data, '--port', String(first));
  const connection = () => localEnvironment(portsFrom(first), {}).POSTWISE_STORAGE_CONNECTION_STRING;
  const table = () => TableClient.fromConnectionString(connection(), 'kept', { allowInsecureConnection: true });
  const pictures = () => BlobServiceClient.fromConnectionString(connection()).getContainerClient('kept');
  const rowKeys = async () => {
    const keys: string[] = [];
    for await (const row of table().listEntities()) keys.push(row.rowKey ?? '');
    return keys;
  };
  const botPid = async () => Number(await (await fetch(`http://127.0.0.1:${first}/healthz`)).text());
  const transaction = (name: string) =>
    table().submitTransaction(
      Array.from({ length: 20 }, (_, at) => ['create', { partitionKey: 'p', rowKey: `${name}-${at}` }]),
    );

  beforeAll(async () => {
    first = await aPortBlock();
    run = start();
    await run.says('Stop with');
  });
  afterAll(async () => {
    await stopAll();
    rmSync(data, { recursive: true });
  });

  it('says where another client finds the bot, and who is who', () => {
    const env = localEnvironment(portsFrom(first), {});
    for (const said of [`http://127.0.0.1:${first}/api/messages`, env.POSTWISE_TENANT_ID, env.POSTWISE_HEADTEACHER_IDS])
      expect(run.output()).toContain(said);
  });

  it('listens on loopback alone, on the ports it says', () => {
    expect(listeningOf(run.family()).toSorted((a, b) => a.port - b.port)).toEqual(
      [0, 1, 2].map((at) => ({ address: '127.0.0.1', port: first + at })),
    );
  });

  it('refuses a second start on the same folder', async () => {
    const second = startLocal('--no-client', '--data', data, '--port', String(await aPortBlock()));
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`running already on ${data} (process ${run.pid})`);
  });

  it('starts the bot again when it is killed, with everything kept', async () => {
    await table().createTable();
    await transaction('before-the-bot');
    const before = await botPid();
    process.kill(before, 'SIGKILL');
    await run.says('The bot is running again.');
    expect(await botPid()).not.toBe(before);
    expect(await rowKeys()).toHaveLength(20);
  });

  it('has kept every confirmed write when storage itself is killed', async () => {
    await pictures().create();
    await pictures().getBlockBlobClient('picture').uploadData(Buffer.from('bytes'));
    await transaction('before-storage');
    const emulators = run.family().filter(({ command }) => /main\.js --location/.test(command));
    expect(emulators).toHaveLength(2);
    for (const { pid } of emulators) process.kill(pid, 'SIGKILL');
    await run.says('The storage for tables is running again.');
    await run.says('The storage for blobs is running again.');
    expect(await rowKeys()).toHaveLength(40);
    expect((await pictures().getBlockBlobClient('picture').downloadToBuffer()).toString()).toBe('bytes');
  });

  it('leaves nothing running when it is killed itself, and starts again with every row', async () => {
    await transaction('before-the-supervisor');
    const family = run.family();
    // Itself, the bot, and storage twice behind its wrappers.
    expect(family).toHaveLength(6);
    run.kill('SIGKILL');
    run = start();
    await until('all are gone', () => family.every(isGone));
    // Let go gently, not shot: it closes by itself, and says so.
    expect(readFileSync(join(data, 'logs', 'tables.log'), 'utf8')).toContain('Table service successfully closed');
    await run.says('Stop with');
    expect(await rowKeys()).toHaveLength(60);
  });

  it('stops when asked, a second time in a hurry too, and leaves neither a process nor its lock', async () => {
    const family = run.family();
    run.kill('SIGINT');
    run.kill('SIGINT');
    await run.says('Stopping');
    run.kill('SIGINT');
    expect(await run.ended).toBe(0);
    expect(family.filter((known) => !isGone(known))).toEqual([]);
    expect(existsSync(join(data, 'lock'))).toBe(false);
  });

  it('says which port it cannot have', async () => {
    const other = createServer().listen(first + 1, '127.0.0.1');
    run = start();
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain(`Port ${first + 1} is needed for the tables, but another program is using it.`);
    expect(existsSync(join(data, 'lock'))).toBe(false);
    await new Promise((resolve) => other.close(resolve));
  });

  it('says what it does not understand', async () => {
    run = startLocal('--port', 'many');
    expect(await run.ended).toBe(2);
    expect(run.output()).toContain('not "many"');
  });
});
