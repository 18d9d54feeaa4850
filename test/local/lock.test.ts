import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOf, takeLock } from '../../src/local/lock.ts';

describe('the lock on a folder', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-'));
    path = join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const held = (holder: unknown) => writeFileSync(path, typeof holder === 'string' ? holder : JSON.stringify(holder));
  const goneProcess = () => spawnSync(process.execPath, ['-e', '']).pid;

  it('is taken once, and refused with the process that has it', () => {
    expect(takeLock(path)).toMatchObject({ kind: 'taken', leftBehind: false });
    expect(takeLock(path)).toEqual({ kind: 'held', byPid: process.pid });
  });

  it('is free again when given back, and leaves no file', () => {
    const lock = takeLock(path);
    if (lock.kind === 'taken') lock.release();
    expect(readdirSync(folder)).toEqual([]);
    expect(takeLock(path)).toMatchObject({ kind: 'taken', leftBehind: false });
  });

  it('is taken over from a process that has gone', () => {
    held({ pid: goneProcess(), startedAt: 'some boot 12' });
    expect(takeLock(path)).toMatchObject({ kind: 'taken', leftBehind: true });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ pid: process.pid, startedAt: startOf(process.pid) });
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('is taken over when its process id belongs to a later process', () => {
    held({ pid: process.pid, startedAt: 'another boot 34' });
    expect(takeLock(path)).toMatchObject({ kind: 'taken', leftBehind: true });
  });

  it('is held by a process whose start is not known, as long as there is one', () => {
    held({ pid: process.pid, startedAt: null });
    expect(takeLock(path)).toMatchObject({ kind: 'held' });
  });

  it.each([[''], ['{'], ['null'], ['{"pid":"1","startedAt":null}'], ['{"pid":-1,"startedAt":null}']])(
    'is taken over when its file says nothing: %j',
    (text) => {
      held(text);
      expect(takeLock(path)).toMatchObject({ kind: 'taken', leftBehind: true });
    },
  );

  it('is not given back by one who lost it', () => {
    const lock = takeLock(path);
    held({ pid: process.pid, startedAt: 'somebody else' });
    if (lock.kind === 'taken') lock.release();
    expect(existsSync(path)).toBe(true);
  });

  it('tells a process by its start', () => {
    expect(startOf(process.pid)).toMatch(/^[0-9a-f-]{36} \d+$/);
    expect(startOf(process.pid)).toBe(startOf(process.pid));
    expect(startOf(process.ppid)).not.toBe(startOf(process.pid));
    expect(startOf(goneProcess())).toBeNull();
  });
});
