import { HELP, readOptions } from '../../src/local/options.ts';

const HOME = '/srv/postwise';
const read = (...args: readonly string[]) => readOptions(args, HOME);

describe('the options of the local default', () => {
  it('need not be given', () => {
    expect(read()).toEqual({ kind: 'run', port: 3978, dataFolder: '/srv/postwise/.data', withClients: true });
  });

  it('say the port, the folder, and that no client is wanted', () => {
    expect(read('--no-client', '--port', '4100', '--data', 'other')).toEqual({
      ...{ kind: 'run', port: 4100, dataFolder: '/srv/postwise/other', withClients: false },
    });
    expect(read('--port=4100', '--data=/tmp/x')).toMatchObject({ port: 4100, dataFolder: '/tmp/x' });
  });

  it.each([['0'], ['80'], ['1023'], ['65532'], ['70000'], ['12.5'], ['-1'], ['4100x'], [''], ['0x1000'], ['abc']])(
    'refuse %p as a port',
    (port) => {
      const refused = read(`--port=${port}`);
      expect(refused).toMatchObject({ kind: 'refused', sentence: expect.stringContaining('1024 to 65531') as string });
    },
  );

  it('leave room for the five ports', () => {
    expect(read('--port', '65531')).toMatchObject({ kind: 'run', port: 65_531 });
  });

  it.each([[['--prot', '4100']], [['4100']], [['--port']], [['--data']], [['--data=']], [['--no-client=yes']]])(
    'refuse %j with a sentence that points to the help',
    (args) => {
      expect(read(...args)).toMatchObject({ kind: 'refused', sentence: expect.stringContaining('--help') as string });
    },
  );

  it('explain themselves', () => {
    expect(read('--help')).toEqual({ kind: 'help' });
    for (const option of ['--port', '--data', '--no-client', '--help']) expect(HELP).toContain(option);
  });
});
